using System.CommandLine;
using Correction.Ledger;

namespace Correction.Cli;

/// <summary><c>ledger-key</c>: makes the next private key of a log, beside those that a host has.</summary>
internal static class LedgerKeyCommand
{
    public static Command Command()
    {
        var directory = new Argument<DirectoryInfo>("DIRECTORY") { Description = "The key directory of the host (Ledger__KeyDirectory), with the key that signs now." };
        var command = new Command("ledger-key", "Makes another private key of a log: the first half of a rotation. From the next second on the host signs with both, and the old key vouches for the new one.") { directory };
        command.SetRun((given, _) =>
        {
            var keys = new KeyDirectory(given.GetValue(directory)!.FullName);
            string origin = keys.Read().Select(key => key.Verifier.Name).FirstOrDefault()
                ?? throw new CommandFailureException(ExitCode.Unusable, "No private key is in this directory: the first is made by the service itself, when it starts.");
            Console.WriteLine(keys.Make(origin).Verifier);
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}
