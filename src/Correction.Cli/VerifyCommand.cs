using System.CommandLine;
using System.Text.Json;
using Correction.Ledger;

namespace Correction.Cli;

/// <summary>
/// <c>verify</c>: a served log and the states and recordings that belong to it, or a copy that was saved before, without any
/// server. 0: whole. 1: something does not fit, and the first is named.
/// </summary>
internal static class VerifyCommand
{
    public static Command Command()
    {
        var copy = new Argument<DirectoryInfo?>("DIRECTORY") { Description = "A copy that --save made; absent: what the server holds.", DefaultValueFactory = _ => null };
        var save = new Option<DirectoryInfo?>("--save") { Description = "Keep what the server gives in this directory (events, tiles, checkpoint, keys, states, manifests; no personal data), to verify it again without the server." };
        var logOnly = new Option<bool>("--log-only") { Description = "Verify the log alone: fold no stream, look at no recording's manifest." };
        var key = new Option<string?>("--key") { Description = "The verifier key that you were given; absent: the log's own keys are believed." };
        var kept = new Option<FileInfo[]>("--checkpoint") { Description = "A checkpoint kept from before, which the log must continue; may be given several times.", DefaultValueFactory = _ => [] };
        var witness = new Option<string[]>("--witness") { Description = "The key of a witness who must have cosigned the log; may be given several times.", DefaultValueFactory = _ => [] };
        var caseFile = new Option<FileInfo?>("--case-file") { Description = "Verify this case file (PDF) instead: issued by the server, not altered, its events as it tells them." };
        var server = new ServerOptions("auditor");
        var command = new Command("verify", "Proves that no event of the log was changed, removed, swapped or put in later, and that states and recordings are what the events say; names the first that does not fit.")
        {
            copy, save, key, kept, witness, logOnly, caseFile,
        };
        server.AddTo(command);
        command.SetRun(async (given, cancellation) =>
        {
            using var http = new HttpClient();
            try
            {
                VerifierKey? trusted = given.GetValue(key) is { } text ? VerifierKey.Parse(text) : null;
                if (given.GetValue(caseFile) is { } file)
                {
                    Console.WriteLine(await CheckAsync(file, trusted, await server.LogInAsync(given, http, cancellation), cancellation));
                    return ExitCode.Done;
                }

                string[] earlier = await Task.WhenAll(given.GetValue(kept)!.Select(file => File.ReadAllTextAsync(file.FullName, cancellation)));
                LogSource source = given.GetValue(copy) is { } directory ? LogSource.From(directory) : LogSource.From(await server.LogInAsync(given, http, cancellation), given.GetValue(save));
                using StateCheck? states = given.GetValue(logOnly) ? null : await StateCheck.BeginAsync(source, cancellation);
                var check = new LedgerCheck(source, states is null ? null : states.Take);
                Checkpoint whole = await check.RunAsync(trusted, earlier, [.. given.GetValue(witness)!.Select(VerifierKey.Parse)], cancellation);
                Console.WriteLine($"Whole: {whole.Origin}, {whole.Size} leaves, root {Convert.ToBase64String(whole.Root)}");
                foreach (string line in check.Witnessed)
                {
                    Console.WriteLine(line);
                }

                if (states is not null)
                {
                    Console.WriteLine(await states.RunAsync(cancellation));
                }

                return ExitCode.Done;
            }
            catch (LedgerUnfitException unfit)
            {
                Console.WriteLine(unfit.Message);
                return ExitCode.Refused;
            }
            catch (Exception unusable) when (unusable is FormatException or JsonException or IOException or UnauthorizedAccessException)
            {
                throw new CommandFailureException(ExitCode.Unusable, unusable.Message);
            }
        });
        return command;
    }

    private static async Task<string> CheckAsync(FileInfo file, VerifierKey? trusted, ApiClient api, CancellationToken cancellation)
    {
        IReadOnlyCollection<VerifierKey> keys = await LogKeys.ReadAsync(LogSource.From(api, save: null), trusted, cancellation);
        await using FileStream bytes = file.OpenRead();
        return await new CaseFileCheck(api.GetAsync, keys).RunAsync(bytes, cancellation);
    }
}
