using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace Correction.Cli;

/// <summary>The period, another one to compare it with, and whose work: what is null, the server chooses.</summary>
public sealed record ReportAsked(string? From, string? To, string? CompareFrom, string? CompareTo, string? Jurisdiction);

/// <summary><c>report</c>: the work report of a period, a figure a line; beside it, in brackets, the other period's and the difference.</summary>
public sealed class WorkReportCommand(ApiClient api, TextWriter output)
{
    internal static Command Command()
    {
        Option<string?> from = Text("--from", "First day, such as 2023-01-01; standard: this year's."), to = Text("--to", "Last day; standard: today.");
        Option<string?> compareFrom = Text("--compare-from", "First day of a period to compare with."), compareTo = Text("--compare-to", "Its last day.");
        Option<string?> jurisdiction = Text("--jurisdiction", "Whose work; standard: the account's own.");
        var server = new ServerOptions("leader");
        var command = new Command("report", "Prints the work report of a period, computed from the events.") { from, to, compareFrom, compareTo, jurisdiction };
        server.AddTo(command);
        command.SetRun(async (given, cancellation) =>
        {
            using var http = new HttpClient();
            ApiClient client = await server.LogInAsync(given, http, cancellation);
            return await new WorkReportCommand(client, Console.Out).RunAsync(
                new ReportAsked(given.GetValue(from), given.GetValue(to), given.GetValue(compareFrom), given.GetValue(compareTo), given.GetValue(jurisdiction)), cancellation);
        });
        return command;
    }

    public async Task<ExitCode> RunAsync(ReportAsked asked, CancellationToken cancellation)
    {
        (string Name, string? Value)[] query =
            [("from", asked.From), ("to", asked.To), ("compareFrom", asked.CompareFrom), ("compareTo", asked.CompareTo), ("jurisdiction", asked.Jurisdiction)];
        JsonElement report = await api.GetAsync(
            "api/v1/reports/work?" + string.Join('&', query.Where(part => part.Value is not null).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}")), cancellation);
        await output.WriteLineAsync($"{report.GetProperty("jurisdiction").GetString()} {report.GetProperty("from").GetString()} to {report.GetProperty("to").GetString()}");
        foreach (JsonElement figure in report.GetProperty("figures").EnumerateArray())
        {
            long value = figure.GetProperty("value").GetInt64();
            string beside = figure.GetProperty("compared") is { ValueKind: JsonValueKind.Number } compared
                ? string.Create(CultureInfo.InvariantCulture, $" ({compared.GetInt64()}, {value - compared.GetInt64():+0;-0;0})")
                : string.Empty;
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{figure.GetProperty("measure").GetString()} {value}{beside}"));
        }

        foreach (JsonElement share in report.GetProperty("shares").EnumerateArray())
        {
            string beside = share.GetProperty("compared").ValueKind == JsonValueKind.Number ? $" ({Percent(share.GetProperty("compared"))})" : string.Empty;
            await output.WriteLineAsync($"{share.GetProperty("share").GetString()} {Percent(share.GetProperty("percent"))}{beside}");
        }

        return ExitCode.Done;
    }

    private static string Percent(JsonElement percent) =>
        percent.ValueKind == JsonValueKind.Number ? percent.GetDecimal().ToString("0.0", CultureInfo.InvariantCulture) + " %" : "–";

    private static Option<string?> Text(string name, string description) => new(name) { Description = description };
}
