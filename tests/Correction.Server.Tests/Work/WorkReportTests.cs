using System.Globalization;
using System.Net;
using System.Text.Json;
using Correction.Cli;
using Correction.Domain.WorkRecords;

namespace Correction.Server.Tests.Work;

/// <summary>The report that the office published of 2023, computed from imported registers through the real API.</summary>
public sealed class WorkReportTests(SharedServer shared, ITestOutputHelper output)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Given_the_registers_of_2023_When_the_report_is_computed_Then_it_says_what_was_published_and_each_number_leads_to_its_events()
    {
        await ImportAsync();
        using HttpClient leader = await shared.Server.AsAsync("leader");
        JsonElement report = await leader.GetJsonAsync("api/v1/reports/work?from=2023-01-01&to=2023-12-31&compareFrom=2022-01-01&compareTo=2022-12-31");

        (string What, decimal Published)[] published =
        [
            ("visitsHeld", 234), ("visitorsMet", 461), ("disputesMediated", 1_181), ("disputesSettled", 1_159), ("settled", 98.1m),
            ("reconsiderationsReceived", 52), ("reconsiderationsAccepted", 47), ("reconsiderationsNotAccepted", 5), ("reconsiderationsConcluded", 41),
            ("documentsReviewed", 26), ("filed", 100m), ("legalAidAccepted", 387), ("legalAidConcluded", 265), ("share:legalAidConcluded", 68.5m),
        ];
        Dictionary<string, decimal> computed = Figures(report);
        foreach ((string what, decimal value) in published)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: published {value}, computed {computed[what]}"));
        }

        Assert.Equal(published, published.Select(figure => (figure.What, computed[figure.What])));
        Assert.Equal(1, Compared(report, "disputesMediated"));

        foreach (JsonElement figure in report.GetProperty("figures").EnumerateArray())
        {
            string measure = figure.GetProperty("measure").GetString()!;
            JsonElement[] steps = await StepsAsync(leader, measure);
            Assert.Equal(figure.GetProperty("value").GetInt64(), steps.Sum(step => step.GetProperty("amount").GetInt64()));
            Assert.Equal(steps.Length, steps.Select(step => step.GetProperty("sequence").GetInt64()).Distinct().Count());
            Assert.All(steps, step => Assert.InRange(step.GetProperty("occurredAt").GetDateTimeOffset(), At(2022, 12, 31, 16), At(2023, 12, 31, 15)));
            Assert.All(steps, step => Assert.Equal("approver", step.GetProperty("account").GetString()));
        }
    }

    [Fact]
    public async Task A_station_reads_its_own_work_a_stranger_none_and_what_is_no_period_is_told()
    {
        await ImportAsync();
        using HttpClient county = await shared.Server.AsAsync("leader"), station = await shared.Server.AsAsync("officer"), family = await shared.Server.AsAsync("family");
        const string Year = "api/v1/reports/work?from=2023-01-01&to=2023-12-31";
        Dictionary<string, decimal> own = Figures(await station.GetJsonAsync(Year));
        Assert.Equal(own, Figures(await county.GetJsonAsync(Year + "&jurisdiction=430981001")));
        Assert.InRange(own["disputesMediated"], 1, 1_180);
        foreach ((HttpClient http, string path, HttpStatusCode expected) in ((HttpClient, string, HttpStatusCode)[])
        [
            (station, Year + "&jurisdiction=430981", HttpStatusCode.Forbidden), (family, Year, HttpStatusCode.Forbidden), (county, "api/v1/reports/work?from=2023-02-01&to=2023-01-31", HttpStatusCode.BadRequest),
            (county, "api/v1/reports/work?from=2023-02-01", HttpStatusCode.BadRequest), (county, "api/v1/reports/work/salaries", HttpStatusCode.NotFound),
        ])
        {
            using HttpResponseMessage answer = await http.GetAsync(path, Cancellation);
            Assert.True(answer.StatusCode == expected, $"{path}: {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task The_command_prints_the_same_figures()
    {
        await ImportAsync();
        using var http = new HttpClient();
        var api = new ApiClient(http, shared.Server.Address);
        await api.LogInAsync("auditor", ServerProcess.Password, Cancellation);
        await using var printed = new StringWriter();
        await new WorkReportCommand(api, printed).RunAsync(new ReportAsked("2023-01-01", "2023-12-31", "2022-01-01", "2022-12-31", null), Cancellation);
        Assert.Contains("disputesMediated 1181 (1, +1180)", printed.ToString(), StringComparison.Ordinal);
        Assert.Contains("settled 98.1 % (100.0 %)", printed.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Repeated, it changes nothing: each test can stand alone.</summary>
    private async Task ImportAsync()
    {
        using var http = new HttpClient();
        var api = new ApiClient(http, shared.Server.Address);
        await api.LogInAsync("approver", ServerProcess.Password, Cancellation);
        foreach ((WorkKind kind, string csv) in RegistersOf2023.All)
        {
            await using var told = new StringWriter();
            ExitCode code = await new RecordImport(api, told, told).RunAsync(kind, "430981", "2023年台账", RecordFile.ReadCsv(csv, kind), Cancellation);
            Assert.True(code == ExitCode.Done, told.ToString());
        }
    }

    private static Dictionary<string, decimal> Figures(JsonElement report) => report.GetProperty("figures").EnumerateArray()
        .Select(figure => (Name: figure.GetProperty("measure").GetString()!, Value: figure.GetProperty("value").GetDecimal()))
        .Concat(report.GetProperty("shares").EnumerateArray().Select(share => (Name: ShareName(share.GetProperty("share").GetString()!), Value: share.GetProperty("percent") is { ValueKind: JsonValueKind.Number } percent ? percent.GetDecimal() : -1)))
        .ToDictionary(figure => figure.Name, figure => figure.Value);

    /// <summary>One share has the name of its part.</summary>
    private static string ShareName(string share) => share == "legalAidConcluded" ? "share:" + share : share;

    private static long Compared(JsonElement report, string measure) =>
        report.GetProperty("figures").EnumerateArray().Single(figure => figure.GetProperty("measure").GetString() == measure).GetProperty("compared").GetInt64();

    private static async Task<JsonElement[]> StepsAsync(HttpClient http, string measure)
    {
        var steps = new List<JsonElement>();
        for (string? next = ""; next is not null;)
        {
            JsonElement page = await http.GetJsonAsync($"api/v1/reports/work/{measure}?from=2023-01-01&to=2023-12-31&limit=400{(next.Length == 0 ? "" : "&cursor=" + next)}");
            steps.AddRange(page.GetProperty("items").EnumerateArray());
            next = page.GetProperty("next").GetString();
        }

        return [.. steps];
    }

    private static DateTimeOffset At(int year, int month, int day, int hour) => new(year, month, day, hour, 0, 0, TimeSpan.Zero);
}
