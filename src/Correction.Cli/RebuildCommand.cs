using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace Correction.Cli;

/// <summary>
/// <c>rebuild</c>: folds a read model anew beside the one in use, says how far it is, and in which rows old and new differed.
/// 0: in none. 1: in some, which are right now.
/// </summary>
public sealed class RebuildCommand(ApiClient api, TextWriter output)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);

    internal static Command Command()
    {
        var name = new Argument<string>("PROJECTION") { Description = "Its name, such as alert_entry; GET /api/v1/projections lists them." };
        var server = new ServerOptions("admin");
        var command = new Command("rebuild", "Rebuilds a read model while it is in use.") { name };
        server.AddTo(command);
        command.SetRun(async (given, cancellation) =>
        {
            using var http = new HttpClient();
            ApiClient client = await server.LogInAsync(given, http, cancellation);
            return await new RebuildCommand(client, Console.Out).RunAsync(given.GetValue(name)!, cancellation);
        });
        return command;
    }

    public async Task<ExitCode> RunAsync(string name, CancellationToken cancellation)
    {
        string path = $"api/v1/projections/{Uri.EscapeDataString(name)}";
        JsonElement begun = await api.TryPostAsync(path + "/rebuild", new { }, cancellation);
        if (begun.TryGetProperty("code", out _))
        {
            await output.WriteLineAsync(begun.GetProperty("detail").GetString()); // it runs: follow it
        }

        for (string told = ""; ; await Task.Delay(Step, cancellation))
        {
            JsonElement last = (await api.GetAsync(path, cancellation)).GetProperty("last");
            string progress = string.Create(CultureInfo.InvariantCulture, $"{last.GetProperty("folded").GetInt64()} of {last.GetProperty("total").GetInt64()} events");
            if (progress != told)
            {
                await output.WriteLineAsync(told = progress);
            }

            if (last.GetProperty("endedAt").ValueKind != JsonValueKind.Null)
            {
                return await TellAsync(last);
            }

            if (!last.GetProperty("running").GetBoolean())
            {
                throw new CommandFailureException(ExitCode.Refused, "The host that rebuilt it has ended; the read model is as it was. Start it again.");
            }
        }
    }

    private async Task<ExitCode> TellAsync(JsonElement last)
    {
        if (last.GetProperty("failure").GetString() is { } failure)
        {
            throw new CommandFailureException(ExitCode.Refused, $"It failed ({failure}; see the server's log); the read model is as it was.");
        }

        long differing = last.GetProperty("differing").GetInt64();
        foreach (JsonElement row in last.GetProperty("differences").EnumerateArray())
        {
            await output.WriteLineAsync($"{row.GetProperty("id").GetString()}: {string.Join(", ", row.GetProperty("columns").EnumerateArray().Select(column => column.GetString()))}");
        }

        await output.WriteLineAsync(
            differing == 0 ? "old and new agree"
            : last.GetProperty("agrees").GetBoolean() ? $"{differing} rows differed and are right now"
            : $"{differing} rows differed; after the last comparison too: rebuild once more");
        return differing == 0 ? ExitCode.Done : ExitCode.Refused;
    }
}
