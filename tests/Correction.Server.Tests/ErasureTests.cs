using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Correction.Cli;
using Correction.Testing;
using Npgsql;

namespace Correction.Server.Tests;

/// <summary>Personal data erased: gone from every place where it stood, while what happened stays on record.</summary>
public sealed class ErasureTests(SharedServer shared)
{
    // Seldom enough to be searched for in everything a server holds and says.
    private const string Name = "Forgetme Zhuge", Number = "43098119900101771X", Phone = "13777701234";

    private static readonly string[] Secrets = [Name, Number, Phone];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_named_the_person_is_in_no_backup_export_list_or_log_afterwards_and_the_events_are()
    {
        using HttpClient officer = await shared.Server.AsAsync("officer");
        using HttpClient leader = await shared.Server.AsAsync("leader");
        using HttpClient auditor = await shared.Server.AsAsync("auditor");
        string subject = await RegisterAsync(officer);
        await TellOfThePersonAsync(officer, subject);
        Assert.Equal(Secrets, (await BackupAsync()).Held);
        string before = await ExportAsync(auditor, subject);

        using HttpResponseMessage erased = await leader.PostAsJsonAsync($"api/v1/subjects/{subject}/erase", new { ground = "unlawfullyProcessed" }, Cancellation);
        Assert.Equal(HttpStatusCode.OK, erased.StatusCode);
        using HttpResponseMessage again = await leader.PostAsJsonAsync($"api/v1/subjects/{subject}/erase", new { ground = "unlawfullyProcessed" }, Cancellation);
        Assert.Equal(0, (await again.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("events").GetArrayLength());

        (string[] held, string backup) = await BackupAsync();
        Assert.Empty(held);
        Assert.Contains(subject, backup, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, (await officer.GetJsonAsync($"api/v1/subjects/{subject}")).GetProperty("person").ValueKind);
        Assert.Equal(0, (await officer.GetJsonAsync($"api/v1/subjects?q={Number}")).GetProperty("items").GetArrayLength());
        string after = await ExportAsync(auditor, subject);
        Assert.StartsWith(before, after, StringComparison.Ordinal); // not a byte of what was on record is another
        Assert.Contains("personal_data_erased", after[before.Length..], StringComparison.Ordinal);
        string log = await VerifiedLogAsync(auditor, subject);
        foreach (string secret in Secrets)
        {
            Assert.DoesNotContain(secret, after, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, log, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, shared.Server.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Nobody_but_the_leader_of_the_county_orders_it_and_not_while_the_term_runs()
    {
        using HttpClient officer = await shared.Server.AsAsync("officer");
        using HttpClient approver = await shared.Server.AsAsync("approver");
        using HttpClient leader = await shared.Server.AsAsync("leader");
        string subject = await officer.RegisterAsync("不得删除"), path = $"api/v1/subjects/{subject}/erase";
        foreach (HttpClient other in (HttpClient[])[officer, approver])
        {
            using HttpResponseMessage refused = await other.PostAsJsonAsync(path, new { ground = "unlawfullyProcessed" }, Cancellation);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }

        using HttpResponseMessage running = await leader.PostAsJsonAsync(path, new { ground = "retentionOver" }, Cancellation);
        JsonElement problem = await running.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "termRunning", "47 ¶1"), (running.StatusCode, problem.GetProperty("code").GetString(), problem.GetProperty("basis")[0].GetProperty("article").GetString()));
        using HttpResponseMessage malformed = await leader.PostAsJsonAsync(path, new { ground = "whim" }, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, malformed.StatusCode);
        Assert.Equal("不得删除", (await officer.GetJsonAsync($"api/v1/subjects/{subject}")).GetProperty("person").GetProperty("name").GetString());
    }

    private static async Task<string> RegisterAsync(HttpClient officer)
    {
        using HttpResponseMessage answer = await officer.PostAsJsonAsync("api/v1/subjects", new
        {
            person = new { name = Name, idNumber = Number, birthDate = "1990-01-01", sex = "male", phone = Phone },
            category = "probation",
            jurisdiction = "430981001",
            judgment = new { court = "沅江市人民法院", documentNumber = "（2026）湘0981刑初7号", effectiveOn = "2026-01-01" },
            term = new { from = "2026-01-05", to = "2099-01-04" },
        }, Cancellation);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("id").GetString()!;
    }

    /// <summary>What officers write of the person, wherever they can: a leave's destination, an alert's note, a text to the terminal.</summary>
    private async Task TellOfThePersonAsync(HttpClient officer, string subject)
    {
        string phone = $"er-{subject[..12]}", terminal = "71377770123";
        using HttpResponseMessage leave = await officer.PostAsJsonAsync($"api/v1/subjects/{subject}/leaves", new { reason = "medical", destination = $"{Name} {Phone}", from = "2090-01-01", to = "2090-01-03" }, Cancellation);
        using HttpResponseMessage bound = await officer.BindPhoneAsync(subject, phone);
        using HttpResponseMessage second = await officer.PostAsJsonAsync($"api/v1/subjects/{subject}/devices", new { deviceId = terminal, protocol = "jt808", kind = "phone" }, Cancellation);
        using HttpResponseMessage text = await officer.PostAsJsonAsync($"api/v1/subjects/{subject}/devices/{terminal}/commands", new { command = "text", text = $"{Name}: {Phone}" }, Cancellation);
        using HttpResponseMessage zone = await officer.PostAsJsonAsync($"api/v1/subjects/{subject}/zones", Calls.Circle(112.36, 28.85, 300), Cancellation);
        Assert.All([leave, bound, second, text, zone], answer => Assert.True(answer.IsSuccessStatusCode, $"{answer.RequestMessage!.RequestUri}: {answer.StatusCode}"));
        using var sender = new HttpClient();
        await Calls.SendFixAsync(sender, shared.Server.OsmAnd, phone, 112.36, 28.85, "1790000000");
        await Calls.SendFixAsync(sender, shared.Server.OsmAnd, phone, 112.36, 28.85, "1790000060");
        string alert = await Eventually.Until(
            async () => (await officer.GetJsonAsync($"api/v1/alerts?subject={subject}")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()).FirstOrDefault(), "the alert");
        using HttpResponseMessage noted = await officer.PostAsJsonAsync($"api/v1/alerts/{alert}/acknowledge", new { note = $"{Name} {Number}" }, Cancellation);
        Assert.Equal(HttpStatusCode.OK, noted.StatusCode);
    }

    private static async Task<string> ExportAsync(HttpClient auditor, string subject) =>
        await auditor.GetStringAsync($"api/v1/events/export?stream=subject/{subject}", Cancellation);

    /// <summary>The whole log, its leaves and its signature verified, once it holds the erasure.</summary>
    private async Task<string> VerifiedLogAsync(HttpClient auditor, string subject)
    {
        var api = new ApiClient(auditor, shared.Server.Address);
        return await Eventually.Until(
            async () =>
            {
                var log = new StringBuilder();
                LogSource served = LogSource.From(api, null);
                await new LedgerCheck(new LogSource(async (path, cancellation) =>
                {
                    byte[]? found = await served.ReadAsync(path, cancellation);
                    log.Append(found is null ? "" : Encoding.UTF8.GetString(found));
                    return found is null ? null : new MemoryStream(found);
                })).RunAsync(null, [], [], Cancellation);
                return log.ToString() is var text && text.Contains("personal_data_erased", StringComparison.Ordinal) && text.Contains($"subject/{subject}", StringComparison.Ordinal) ? text : null;
            },
            "the log to hold the erasure");
    }

    /// <summary>A backup as an office takes it, and which of the secrets are in it.</summary>
    private async Task<(string[] Held, string Text)> BackupAsync()
    {
        string? program = Directory.Exists("/usr/lib/postgresql") ? Directory.GetFiles("/usr/lib/postgresql", "pg_dump", SearchOption.AllDirectories).Max() : null;
        Assert.SkipWhen(program is null, "No pg_dump under /usr/lib/postgresql: install PostgreSQL's client to try a backup.");
        var database = new NpgsqlConnectionStringBuilder(shared.Server.Database);
        var start = new ProcessStartInfo(program, ["--host", database.Host!, "--port", $"{database.Port}", "--username", database.Username!, "--inserts", database.Database!]) { RedirectStandardOutput = true };
        start.Environment["PGPASSWORD"] = database.Password;
        using Process dump = Process.Start(start)!;
        string text = await dump.StandardOutput.ReadToEndAsync(Cancellation);
        await dump.WaitForExitAsync(Cancellation);
        Assert.Equal(0, dump.ExitCode);
        return ([.. Secrets.Where(secret => text.Contains(secret, StringComparison.Ordinal))], text);
    }
}
