using System.CommandLine;

namespace Correction.Cli;

/// <summary>Runs a command's action; what goes wrong is told on the error stream, without a stack.</summary>
internal static class CommandRun
{
    public static void SetRun(this Command command, Func<ParseResult, CancellationToken, Task<ExitCode>> action) =>
        command.SetAction(async (given, cancellation) =>
        {
            try
            {
                return (int)await action(given, cancellation);
            }
            catch (CommandFailureException failure)
            {
                await Console.Error.WriteLineAsync(failure.Message);
                return (int)failure.Code;
            }
        });
}
