using System.ComponentModel;
using System.Diagnostics;

namespace Correction.Store.Postgres;

/// <summary>Runs a program to its end. Arguments never pass through a shell.</summary>
internal static class Command
{
    /// <summary>
    /// Exit code and everything printed on either stream. A program that does not exist answers 127, as a shell would.
    /// </summary>
    internal sealed record Result(int ExitCode, string Output)
    {
        public bool Succeeded => ExitCode == 0;
    }

    public static async Task<Result> RunAsync(
        ProcessStartInfo start, string? input = null, CancellationToken cancellationToken = default)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception notFound)
        {
            return new Result(127, notFound.Message);
        }

        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await WriteInputAsync(process, input);
            await process.WaitForExitAsync(cancellationToken);
            return new Result(process.ExitCode, string.Concat(await output, await error).Trim());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    public static Task<Result> RunAsync(
        string program, IEnumerable<string> arguments, CancellationToken cancellationToken = default) =>
        RunAsync(new ProcessStartInfo(program, arguments), cancellationToken: cancellationToken);

    /// <summary>The file that a shell would run for this name, or null.</summary>
    public static string? OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, program))
            .FirstOrDefault(File.Exists);

    private static async Task WriteInputAsync(Process process, string? input)
    {
        try
        {
            if (input is not null)
                await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended without reading its input: its exit code and its own words say more than a broken pipe.
            process.StandardInput.BaseStream.Dispose();
        }
    }
}
