using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Correction.Server.Tests.Visits;
using Correction.Testing;
using Npgsql;

namespace Correction.Server.Tests;

/// <summary>A long export is a job: it goes on without who ordered it, and its file is of the moment at which it was ordered.</summary>
public sealed class ExportTests(SharedServer shared)
{
    private const int Zones = 12;

    /// <summary>After each part the server says how far it is.</summary>
    private const string Told = "update correction.export set sequence";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_export_holds_the_lines_of_the_streamed_one_and_its_hash_is_of_its_bytes()
    {
        using HttpClient officer = await shared.Server.AsAsync("officer"), auditor = await shared.Server.AsAsync("auditor");
        string subject = await BusyAsync(officer, "导出");
        JsonElement ordered = await OrderAsync(auditor, new { stream = subject });
        await officer.DoneAsync($"api/v1/subjects/{subject}/zones", Calls.Circle(112.5, 28.9, 100)); // after the order: not in it

        JsonElement done = await DoneAsync(auditor, Id(ordered));
        byte[] file = await auditor.GetByteArrayAsync($"api/v1/exports/{Id(ordered)}/file", Cancellation);
        string[] streamed = Lines(await auditor.GetStringAsync($"api/v1/events/export?stream=subject/{subject}", Cancellation));
        Assert.Equal(streamed[..^1], Lines(System.Text.Encoding.UTF8.GetString(file)));
        Assert.Equal(
            (1.0, Zones + 1L, (long)file.Length, Convert.ToHexStringLower(SHA256.HashData(file))),
            (done.GetProperty("progress").GetDouble(), done.GetProperty("lines").GetInt64(), done.GetProperty("bytes").GetInt64(), Text(done, "sha256")));

        using var part = new HttpRequestMessage(HttpMethod.Get, $"api/v1/exports/{Id(ordered)}/file") { Headers = { Range = new RangeHeaderValue(10, 19) } };
        using HttpResponseMessage some = await auditor.SendAsync(part, Cancellation);
        Assert.Equal(HttpStatusCode.PartialContent, some.StatusCode);
        Assert.Equal(file[10..20], await some.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task A_table_for_spreadsheets_has_a_row_for_each_event()
    {
        using HttpClient officer = await shared.Server.AsAsync("officer"), auditor = await shared.Server.AsAsync("auditor");
        string subject = await BusyAsync(officer, "导出表格");
        JsonElement ordered = await OrderAsync(auditor, new { stream = subject, type = "zone_imposed", actor = "officer", format = "csv" });
        await DoneAsync(auditor, Id(ordered));
        using HttpResponseMessage answer = await auditor.GetAsync($"api/v1/exports/{Id(ordered)}/file", Cancellation);
        string[] rows = Lines(await answer.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(("text/csv", Zones + 1), (answer.Content.Headers.ContentType!.MediaType!, rows.Length));
        Assert.StartsWith("sequence,version,stream,type,", rows[0], StringComparison.Ordinal);
        Assert.All(rows[1..], row => Assert.Contains($",\"subject/{subject}\",zone_imposed,", row, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Order_and_each_taking_of_the_file_are_on_record_with_what_was_asked_for_and_why()
    {
        using HttpClient officer = await shared.Server.AsAsync("officer"), auditor = await shared.Server.AsNewAsync("auditor.record", "auditor", "430981");
        string subject = await officer.RegisterAsync("导出留痕");
        JsonElement ordered = await OrderAsync(auditor, new { stream = $"subject/{subject}", type = "subject_registered" }, purpose: "annual audit");
        Assert.Equal("api", Text(Assert.Single(await LooksAsync(auditor)), "via")); // before it is done
        await DoneAsync(auditor, Id(ordered));
        await auditor.GetByteArrayAsync($"api/v1/exports/{Id(ordered)}/file", Cancellation);

        JsonElement[] looks = await LooksAsync(auditor);
        Assert.Equal(["api", "export"], looks.Select(look => Text(look, "via")!));
        Assert.All(looks, look =>
        {
            Assert.Equal((subject, "annual audit"), (look.GetProperty("subjects")[0].GetString()!, Text(look, "purpose")!));
            JsonElement export = look.GetProperty("export");
            Assert.Equal(("subject/" + subject, "subject_registered", ordered.GetProperty("upToSequence").GetInt64()), (Text(export, "stream")!, Text(export, "type")!, export.GetProperty("upToSequence").GetInt64()));
        });
    }

    [Fact]
    public async Task An_order_repeated_with_its_key_is_the_same_export_and_with_another_wish_it_is_refused()
    {
        using HttpClient auditor = await shared.Server.AsAsync("auditor");
        string key = Guid.CreateVersion7().ToString("N");
        JsonElement first = await OrderAsync(auditor, new { type = "account_opened" }, key: key);
        Assert.Equal(Id(first), Id(await OrderAsync(auditor, new { type = "account_opened" }, key: key)));
        using HttpResponseMessage other = await SendOrderAsync(auditor, new { type = "zone_imposed" }, key: key);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "idempotencyKeyReused"), (other.StatusCode, Text(await ReadAsync(other), "code")));
    }

    [Theory]
    [InlineData("afterSequence", -1)]
    [InlineData("stream", "nobody")]
    [InlineData("type", "zone-imposed")]
    [InlineData("from", "yesterday")]
    [InlineData("to", "2026-03-01")]
    [InlineData("format", "xml")]
    public async Task What_cannot_be_exported_is_named(string field, object value)
    {
        using HttpClient auditor = await shared.Server.AsAsync("auditor");
        using HttpResponseMessage answer = await SendOrderAsync(auditor, new Dictionary<string, object> { [field] = value });
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(field, Assert.Single((await ReadAsync(answer)).GetProperty("errors").EnumerateObject()).Name);
    }

    [Fact]
    public async Task A_period_that_ends_before_it_begins_is_refused()
    {
        using HttpClient auditor = await shared.Server.AsAsync("auditor");
        using HttpResponseMessage answer = await SendOrderAsync(auditor, new { from = "2026-03-02T00:00:00Z", to = "2026-03-01T00:00:00Z" });
        Assert.Equal("to", Assert.Single((await ReadAsync(answer)).GetProperty("errors").EnumerateObject()).Name);
    }

    [Fact]
    public async Task An_export_is_its_auditors_alone()
    {
        using HttpClient auditor = await shared.Server.AsAsync("auditor"), officer = await shared.Server.AsAsync("officer"), nobody = new() { BaseAddress = shared.Server.Address };
        using HttpClient other = await shared.Server.AsNewAsync("auditor.other", "auditor", "430981");
        string id = Id(await OrderAsync(auditor, new { type = "account_opened" }));
        await DoneAsync(auditor, id);
        Assert.Contains(id, (await auditor.GetStringAsync("api/v1/exports", Cancellation)), StringComparison.Ordinal);
        Assert.Empty((await other.GetJsonAsync("api/v1/exports")).GetProperty("items").EnumerateArray());
        foreach ((HttpClient who, HttpStatusCode expected) in ((HttpClient, HttpStatusCode)[])[(other, HttpStatusCode.NotFound), (officer, HttpStatusCode.Forbidden), (nobody, HttpStatusCode.Unauthorized)])
        {
            Assert.Equal(
                [expected, expected, expected, expected],
                new[] { await StatusAsync(who, HttpMethod.Get, id), await StatusAsync(who, HttpMethod.Get, id + "/file"), await StatusAsync(who, HttpMethod.Post, id + "/cancel"), await StatusAsync(who, HttpMethod.Post, id + "/resume") });
        }

        using HttpResponseMessage ordered = await SendOrderAsync(officer, new { });
        Assert.Equal(HttpStatusCode.Forbidden, ordered.StatusCode);
    }

    [Fact]
    public async Task An_auditor_who_is_moved_elsewhere_no_longer_finds_what_was_ordered_for_the_place_before()
    {
        using HttpClient admin = await shared.Server.AsAsync("admin"), before = await shared.Server.AsNewAsync("auditor.moved", "auditor", "430981");
        string id = Id(await OrderAsync(before, new { type = "account_opened" }));
        await DoneAsync(before, id);
        await admin.DoneAsync("api/v1/accounts/auditor.moved/authority", new { role = "auditor", jurisdiction = "430981002" });
        using HttpClient after = await shared.Server.AsAsync("auditor.moved", VisitCalls.Own);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(after, HttpMethod.Get, id + "/file"));
    }

    [Fact]
    public async Task Cancelled_in_the_middle_and_resumed_it_has_the_bytes_that_it_would_have_had()
    {
        await using Slow slow = await Slow.StartAsync();
        var ordered = new TaskCompletionSource<string>();
        Task struck = slow.Faults.StrikeAsync(FaultPoint.Statement, Told, async () => await slow.Auditor.DoneAsync($"api/v1/exports/{await ordered.Task}/cancel", new { }), time: 3);
        string id = Id(await slow.OrderAsync());
        ordered.SetResult(id);
        await struck.WaitAsync(Cancellation);

        JsonElement cancelled = await slow.Auditor.GetJsonAsync($"api/v1/exports/{id}");
        Assert.Equal("cancelled", Text(cancelled, "state"));
        Assert.InRange(cancelled.GetProperty("progress").GetDouble(), 0.01, 0.99);
        Assert.InRange(cancelled.GetProperty("lines").GetInt64(), 1, Zones);
        Assert.Equal(HttpStatusCode.Conflict, await StatusAsync(slow.Auditor, HttpMethod.Get, id + "/file"));

        await slow.Auditor.DoneAsync($"api/v1/exports/{id}/resume", new { });
        await slow.AssertWholeAsync(id);
        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Conflict), (await StatusAsync(slow.Auditor, HttpMethod.Post, id + "/cancel"), await StatusAsync(slow.Auditor, HttpMethod.Post, id + "/resume")));
    }

    [Fact]
    public async Task Killed_in_the_middle_the_next_start_writes_the_rest_and_no_line_twice()
    {
        await using Slow slow = await Slow.StartAsync();
        string id = await slow.KilledAsync();
        Assert.InRange((long)(await slow.AskAsync("select bytes from correction.export"))!, 1, new FileInfo(slow.FileOf(id)).Length - 1);

        await slow.Server.RunAsync();
        Assert.Equal(id, Id((await slow.Auditor.GetJsonAsync("api/v1/exports")).GetProperty("items")[0])); // found again
        await slow.AssertWholeAsync(id);
    }

    [Fact]
    public async Task Without_the_file_that_was_begun_it_is_written_from_the_beginning()
    {
        await using Slow slow = await Slow.StartAsync();
        string id = await slow.KilledAsync();
        File.Delete(slow.FileOf(id));
        await slow.Server.RunAsync();
        await slow.AssertWholeAsync(id);
    }

    [Fact]
    public async Task An_export_that_ended_a_month_ago_is_gone_with_its_file()
    {
        await using Slow slow = await Slow.StartAsync();
        string id = Id(await slow.OrderAsync());
        await DoneAsync(slow.Auditor, id);
        await slow.AskAsync("update correction.export set ended_at = ended_at - interval '29 days' returning 1");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(slow.Auditor, HttpMethod.Get, id + "/file"));
        await slow.AskAsync("update correction.export set ended_at = ended_at - interval '2 days' returning 1");
        await Eventually.Until(async () => await StatusAsync(slow.Auditor, HttpMethod.Get, id) == HttpStatusCode.NotFound, "the export to be forgotten");
        Assert.False(File.Exists(slow.FileOf(id)));
    }

    /// <summary>A subject about whom there are events enough for several parts.</summary>
    private static async Task<string> BusyAsync(HttpClient officer, string name)
    {
        string subject = await officer.RegisterAsync(name);
        for (int zone = 0; zone < Zones; zone++)
        {
            await officer.DoneAsync($"api/v1/subjects/{subject}/zones", Calls.Circle(112.3 + (zone * 0.01), 28.8, 100));
        }

        return subject;
    }

    private static async Task<HttpResponseMessage> SendOrderAsync(HttpClient http, object body, string? key = null, string? purpose = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/exports") { Content = JsonContent.Create(body) };
        foreach ((string name, string? value) in ((string, string?)[])[("Idempotency-Key", key), ("X-Purpose", purpose)])
        {
            if (value is not null)
            {
                request.Headers.Add(name, value);
            }
        }

        return await http.SendAsync(request, Cancellation);
    }

    private static async Task<JsonElement> OrderAsync(HttpClient http, object body, string? key = null, string? purpose = null)
    {
        using HttpResponseMessage answer = await SendOrderAsync(http, body, key, purpose);
        JsonElement ordered = await ReadAsync(answer);
        Assert.Equal((HttpStatusCode.Accepted, $"/api/v1/exports/{Id(ordered)}"), (answer.StatusCode, answer.Headers.Location?.OriginalString));
        return ordered;
    }

    private static async Task<JsonElement> DoneAsync(HttpClient http, string id)
    {
        JsonElement export = default;
        await Eventually.Until(async () => Text(export = await http.GetJsonAsync($"api/v1/exports/{id}"), "state") == "done", "the export to be done", TimeSpan.FromSeconds(60));
        return export;
    }

    private static async Task<JsonElement[]> LooksAsync(HttpClient auditor) => [.. (await auditor.GetJsonAsync("api/v1/access?account=auditor.record&what=export")).EnumerateArray()];

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, "api/v1/exports/" + path);
        using HttpResponseMessage answer = await http.SendAsync(request, Cancellation);
        return answer.StatusCode;
    }

    private static Task<JsonElement> ReadAsync(HttpResponseMessage answer) => answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);

    private static string Id(JsonElement export) => Text(export, "id")!;

    private static string? Text(JsonElement of, string name) => of.GetProperty(name).GetString();

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>A server that writes three events a part, behind a database that can be made to break, and a subject to export.</summary>
    private sealed class Slow : IAsyncDisposable
    {
        private readonly TemporaryDirectory _directory = new();

        public required PostgresFaults Faults { get; init; }

        public ServerProcess Server { get; private set; } = null!;

        public HttpClient Auditor { get; private set; } = null!;

        private string Subject { get; set; } = null!;

        public static async Task<Slow> StartAsync()
        {
            var slow = new Slow { Faults = PostgresFaults.On(await (await PostgresServer.Shared()).CreateDatabaseAsync("exports")) };
            slow.Server = await ServerProcess.StartAsync(("ConnectionStrings__Correction", slow.Faults.ConnectionString), ("Exports__Directory", slow._directory.Path), ("Exports__PartEvents", "3"));
            using HttpClient officer = await slow.Server.AsAsync("officer");
            slow.Auditor = await slow.Server.AsAsync("auditor");
            slow.Subject = await BusyAsync(officer, "导出分段");
            return slow;
        }

        public string FileOf(string id) => Path.Combine(_directory.Path, id);

        /// <summary>From the subject's first event on.</summary>
        public async Task<JsonElement> OrderAsync() =>
            await ExportTests.OrderAsync(Auditor, new { stream = Subject, afterSequence = (await Auditor.GetJsonAsync($"api/v1/events?stream=subject/{Subject}"))[0].GetProperty("sequence").GetInt64() - 1 });

        /// <summary>Orders it, and kills the server when the third part is on the disk and the book knows of two.</summary>
        public async Task<string> KilledAsync()
        {
            var ordered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Task struck = Faults.StrikeAsync(FaultPoint.Statement, Told, KillAsync, time: 3);
            string id = Id(await OrderAsync());
            ordered.SetResult();
            await struck.WaitAsync(Cancellation);
            return id;

            async Task KillAsync()
            {
                await ordered.Task; // its answer has come
                await Server.KillAsync();
            }
        }

        public async Task<object?> AskAsync(string sql)
        {
            await using NpgsqlDataSource database = NpgsqlDataSource.Create(Faults.ConnectionString);
            await using NpgsqlCommand ask = database.CreateCommand(sql);
            return await ask.ExecuteScalarAsync(Cancellation);
        }

        public async Task AssertWholeAsync(string id)
        {
            JsonElement done = await DoneAsync(Auditor, id);
            byte[] file = await Auditor.GetByteArrayAsync($"api/v1/exports/{id}/file", Cancellation);
            Assert.Equal(await Auditor.GetByteArrayAsync($"api/v1/events/export?stream=subject/{Subject}", Cancellation), file);
            Assert.Equal((Zones + 1L, Convert.ToHexStringLower(SHA256.HashData(file))), (done.GetProperty("lines").GetInt64(), Text(done, "sha256")));
        }

        public async ValueTask DisposeAsync()
        {
            Auditor.Dispose();
            await Server.DisposeAsync();
            await Faults.DisposeAsync();
            _directory.Dispose();
        }
    }
}
