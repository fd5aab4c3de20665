using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Correction.Ledger;
using Correction.Server.Tests.Visits;
using Correction.Testing;

namespace Correction.Server.Tests;

/// <summary>A subject's case file: what stands in it can be read, and each event is found in the ledger by its leaf hash.</summary>
public sealed class CaseFileTests(SharedServer shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_case_file_tells_person_decisions_articles_alerts_ways_and_looks_with_the_leaf_hash_of_each_event()
    {
        using HttpClient officer = await shared.Server.AsAsync("officer");
        using HttpClient approver = await shared.Server.AsAsync("approver");
        using HttpClient auditor = await shared.Server.AsAsync("auditor");
        string subject = await officer.RegisterAsync("卷宗齐全"), device = $"cf-{subject[..12]}", path = $"api/v1/subjects/{subject}";
        using HttpResponseMessage ordered = await approver.PostAsJsonAsync($"{path}/monitoring-orders", new { ground = "restrainingOrderViolated", from = "2026-11-01", to = "2027-01-15" }, Cancellation);
        using HttpResponseMessage bound = await officer.BindPhoneAsync(subject, device);
        using HttpResponseMessage zone = await officer.PostAsJsonAsync($"{path}/zones", Calls.Circle(112.36, 28.85, 300), Cancellation);
        using var phone = new HttpClient();
        await Calls.SendFixAsync(phone, shared.Server.OsmAnd, device, 112.36, 28.85, "1790000000");
        await Calls.SendFixAsync(phone, shared.Server.OsmAnd, device, 112.361, 28.85, "1790000060");
        string alert = await Eventually.Until(
            async () => (await officer.GetJsonAsync($"api/v1/alerts?subject={subject}")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()).FirstOrDefault(), "the alert");
        using HttpResponseMessage taken = await officer.PostAsJsonAsync($"api/v1/alerts/{alert}/acknowledge", new { note = "已电话核实本人" }, Cancellation);
        Assert.All([bound, zone, taken], answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));

        string text = await ReadAsync(auditor, $"{path}/case-file?from=2026-09-20&to=2026-09-23");
        foreach (string told in (string[])["卷宗齐全", "430981199001011234", "《社区矫正法》第二十九条", "已电话核实本人", "活动轨迹 · 2026-09-21", "档案文件 · 导出"])
        {
            Assert.Contains(told, text, StringComparison.Ordinal);
        }

        string[] leaves = await Eventually.Until(async () => await LeavesAsync(auditor, alert) is { Length: 2 } all ? all.Concat(await LeavesAsync(auditor, subject)).ToArray() : null, "the alert's events in the ledger");
        Assert.True(leaves.Length > 5);
        Assert.All(leaves, leaf => Assert.Contains(leaf, text, StringComparison.Ordinal));

        string english = await ReadAsync(officer, $"{path}/case-file?lang=en");
        Assert.Contains("Case file of a correction subject", english, StringComparison.Ordinal);
        Assert.DoesNotContain("Who looked", english, StringComparison.Ordinal); // that is the auditor's to know
        JsonElement[] looks = [.. (await auditor.GetJsonAsync($"api/v1/access?subject={subject}&what=caseFile")).EnumerateArray()];
        Assert.Equal(["auditor", "officer"], looks.Select(look => look.GetProperty("account").GetString()));
    }

    [Fact]
    public async Task A_visits_case_file_tells_who_met_whom_the_decisions_who_came_what_was_warned_of_and_the_recordings_seal()
    {
        using RoomScene scene = await RoomScene.OpenAsync(shared.Server, "43T8A1");
        await using RoomPage family = await scene.FamilyPageAsync(), prison = await scene.PrisonPageAsync(), officer = await scene.OfficerPageAsync();
        await Task.WhenAll(family.JoinAsync(scene.Visit), prison.JoinAsync(scene.Visit), officer.JoinAsync(scene.Visit));
        await scene.Officer.DoneAsync($"{scene.Path}/admit", new { });
        await scene.RecordBothAsync(0);
        await family.HearsAsync("started");
        await scene.Officer.DoneAsync($"{scene.Path}/warn", new { reason = "codedLanguage" });
        await scene.Officer.DoneAsync($"{scene.Path}/cut", new { reason = "deviceUsed" });
        await Eventually.Until(async () => (await scene.EventsAsync()).Contains("recording_sealed"), "the recording to be sealed", TimeSpan.FromSeconds(90));

        using HttpClient auditor = await shared.Server.AsAsync("auditor");
        string text = await ReadAsync(auditor, $"{scene.Path}/case-file?lang=zh-CN");
        string manifest = (await scene.EventAsync("recording_sealed")).GetProperty("manifest").GetString()!;
        foreach (string told in (string[])["会见档案", "服刑人员1", "亲属1", "《监狱法》", "1 人到场", "隐语", manifest, "档案文件 · 导出"])
        {
            Assert.Contains(told, text, StringComparison.Ordinal);
        }

        string english = await ReadAsync(scene.Prison, $"{scene.Path}/case-file?lang=en");
        Assert.Contains("Case file of a visit", english, StringComparison.Ordinal);
        Assert.DoesNotContain("Who looked", english, StringComparison.Ordinal);
        using HttpResponseMessage asked = await scene.Family.GetAsync($"{scene.Path}/case-file", Cancellation);
        Assert.Equal(HttpStatusCode.Forbidden, asked.StatusCode);
    }

    [Fact]
    public async Task A_stranger_gets_none_and_a_bad_question_names_the_field()
    {
        using HttpClient officer = await shared.Server.AsAsync("officer");
        using HttpClient other = await shared.Server.AsAsync("officer2");
        using HttpClient family = await shared.Server.AsAsync("family");
        string path = $"api/v1/subjects/{await officer.RegisterAsync("卷宗外人")}/case-file";
        using HttpResponseMessage outside = await other.GetAsync(path, Cancellation);
        using HttpResponseMessage relative = await family.GetAsync(path, Cancellation);
        Assert.Equal([HttpStatusCode.NotFound, HttpStatusCode.Forbidden], new[] { outside.StatusCode, relative.StatusCode });
        foreach (string bad in (string[])["from=2026-99-01", "from=2026-01-01&to=2026-03-01", "from=2026-03-02&to=2026-03-01", "lang=fr"])
        {
            using HttpResponseMessage answer = await officer.GetAsync($"{path}?{bad}", Cancellation);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Single((await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("errors").EnumerateObject());
        }
    }

    /// <summary>Hashes of the leaves of a stream, from the entries that the ledger serves.</summary>
    private static async Task<string[]> LeavesAsync(HttpClient auditor, string id)
    {
        Checkpoint signed = Checkpoint.Parse(SignedNote.Parse(await auditor.GetStringAsync("ledger/checkpoint", Cancellation)).Text);
        var found = new List<string>();
        foreach (Tile tile in Tile.Of(signed.Size).Where(tile => tile.Level == 0))
        {
            byte[] bundle = await auditor.GetByteArrayAsync($"ledger/{tile with { Level = null }}", Cancellation);
            found.AddRange(EntryBundle.Read(bundle).Where(entry => JsonElement.Parse(entry).GetProperty("stream").GetString()!.EndsWith($"/{id}", StringComparison.Ordinal))
                .Select(entry => Convert.ToHexStringLower(MerkleTree.LeafHash(entry))));
        }

        return [.. found];
    }

    /// <summary>The text of a PDF, as a reader of it copies or finds it.</summary>
    private static async Task<string> ReadAsync(HttpClient http, string path)
    {
        const string Reader = "/usr/bin/pdftotext";
        Assert.SkipUnless(File.Exists(Reader), $"No {Reader}: install poppler-utils to read case files.");
        using HttpResponseMessage answer = await http.GetAsync(path, Cancellation);
        Assert.Equal((HttpStatusCode.OK, "application/pdf"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        byte[] file = await answer.Content.ReadAsByteArrayAsync(Cancellation);
        if (Environment.GetEnvironmentVariable("CORRECTION_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, "case-file.pdf"), file, Cancellation);
        }

        using Process read = Process.Start(new ProcessStartInfo(Reader, ["-layout", "-", "-"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Task<string> text = read.StandardOutput.ReadToEndAsync(Cancellation);
        await read.StandardInput.BaseStream.WriteAsync(file, Cancellation);
        read.StandardInput.Close();
        return await text;
    }
}
