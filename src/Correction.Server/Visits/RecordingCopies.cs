using System.Diagnostics;
using Correction.Store.Recordings;

namespace Correction.Server.Visits;

/// <summary>
/// Copies that players can seek in, made from the originals with ffmpeg (and janus-pp-rec for what Janus recorded) where these
/// are installed. The original is the evidence; a copy can be made again.
/// </summary>
internal sealed partial class RecordingCopies(RecordingArchive archive, ILogger<RecordingCopies> logger) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);

    public void Dispose() => _one.Dispose();

    /// <summary>Null: none can be made; the original may be played as it is.</summary>
    public async Task<string?> ForPlayersAsync(Guid visit, string file, CancellationToken cancellation)
    {
        string copy = archive.CopyPath(visit, file);
        if (File.Exists(copy))
        {
            return copy;
        }

        await _one.WaitAsync(cancellation);
        try
        {
            return File.Exists(copy) || await MakeAsync(visit, file, copy, cancellation) ? copy : null;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<bool> MakeAsync(Guid visit, string file, string copy, CancellationToken cancellation)
    {
        using BorrowedFile? original = await archive.BorrowAsync(visit, file, cancellation);
        if (original is null)
        {
            return false;
        }

        string half = copy + ".half" + Path.GetExtension(copy);
        bool made = file.EndsWith(".mjr", StringComparison.Ordinal)
            ? await RunAsync("janus-pp-rec", [original.Path, half], cancellation)
            : await RunAsync("ffmpeg", ["-v", "error", "-y", "-i", original.Path, "-c", "copy", half], cancellation);
        if (made && File.Exists(half))
        {
            File.Move(half, copy, overwrite: true);
            return true;
        }

        return false;
    }

    private async Task<bool> RunAsync(string program, string[] arguments, CancellationToken cancellation)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            await Task.WhenAll(process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
            await process.WaitForExitAsync(cancellation);
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception absent)
        {
            LogAbsent(logger, program, absent.Message);
            return false;
        }
    }

    [LoggerMessage(306, LogLevel.Information, "{Program} is not installed ({Reason}): recordings are played as they are.")]
    private static partial void LogAbsent(ILogger logger, string program, string reason);
}
