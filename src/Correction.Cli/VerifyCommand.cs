using System.CommandLine;
using Correction.Ledger;

namespace Correction.Cli;

/// <summary><c>verify</c>: a served log, or a copy of one that was saved before, without any server.</summary>
internal static class VerifyCommand
{
    public static Command Command()
    {
        var copy = new Argument<DirectoryInfo?>("DIRECTORY") { Description = "A copy that --save made; absent: the server's log.", DefaultValueFactory = _ => null };
        var save = new Option<DirectoryInfo?>("--save") { Description = "Keep what the server gives in this directory, to verify it again without the server." };
        var key = new Option<string?>("--key") { Description = "The verifier key that you were given; absent: the log's own keys are believed." };
        var kept = new Option<FileInfo[]>("--checkpoint") { Description = "A checkpoint kept from before, which the log must continue.", DefaultValueFactory = _ => [] };
        var server = new ServerOptions("auditor");
        var command = new Command("verify", "Proves that no event of the log was changed, removed or swapped; names the first that does not fit.") { copy, save, key, kept };
        server.AddTo(command);
        command.SetRun(async (given, cancellation) =>
        {
            using var http = new HttpClient();
            try
            {
                VerifierKey? trusted = given.GetValue(key) is { } text ? VerifierKey.Parse(text) : null;
                string[] earlier = await Task.WhenAll(given.GetValue(kept)!.Select(file => File.ReadAllTextAsync(file.FullName, cancellation)));
                var check = new LedgerCheck(given.GetValue(copy) is { } directory ? From(directory) : From((await server.LogInAsync(given, http, cancellation)).FetchAsync, given.GetValue(save)));
                Checkpoint whole = await check.RunAsync(trusted, earlier, cancellation);
                Console.WriteLine($"Whole: {whole.Origin}, {whole.Size} leaves, root {Convert.ToBase64String(whole.Root)}");
                return ExitCode.Done;
            }
            catch (LedgerUnfitException unfit)
            {
                Console.WriteLine(unfit.Message);
                return ExitCode.Refused;
            }
            catch (Exception unusable) when (unusable is FormatException or IOException or UnauthorizedAccessException)
            {
                throw new CommandFailureException(ExitCode.Unusable, unusable.Message);
            }
        });
        return command;
    }

    private static Func<string, CancellationToken, Task<byte[]?>> From(DirectoryInfo directory) => async (path, cancellation) =>
        Path.Combine(directory.FullName, path) is var file && File.Exists(file) ? await File.ReadAllBytesAsync(file, cancellation) : null;

    private static Func<string, CancellationToken, Task<byte[]?>> From(Func<string, CancellationToken, Task<byte[]?>> fetch, DirectoryInfo? save) => async (path, cancellation) =>
    {
        byte[]? found = await fetch($"ledger/{path}", cancellation);
        if (found is not null && save is not null)
        {
            string file = Path.Combine(save.FullName, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllBytesAsync(file, found, cancellation);
        }

        return found;
    };
}
