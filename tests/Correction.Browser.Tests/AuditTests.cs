using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Correction.Testing;
using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests;

/// <summary>What an auditor does with a closed case.</summary>
public sealed class AuditTests(BrowserFixture fixture)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static readonly Words Chinese = new("重放当日", "按当时所知", "播放速度", "播放", "对象档案", "生成档案（PDF）", "核验已下载的档案", "核验", "均与签名账本一致", "不是本系统签发的");

    private static readonly Words English = new(
        "Replay that day", "As known then", "Speed", "Play", "A subject", "Make the case file (PDF)", "Verify a case file", "Verify", "stand in the signed ledger", "was not issued by this service");

    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en")]
    public async Task An_auditor_opens_a_closed_case_plays_the_evening_on_both_clocks_sees_who_looked_and_verifies_the_case_file(string language)
    {
        Words say = language == "en" ? English : Chinese;
        Walker walker = await fixture.Server.RegisterAsync($"结案回看{language}");
        await fixture.Server.ReportAsync(walker.Device, -600_000, 112.36);
        await fixture.Server.ForbidAsync(walker, "学校周边", 112.365, 28.85, 150);
        DateTimeOffset walked = TimeProvider.System.GetUtcNow();
        IPage page = await fixture.OpenAsync(language);
        await SignInAsync(page, "auditor");
        await Eventually.Until(() => TimeProvider.System.GetUtcNow() > walked.AddSeconds(3), "the phone has its network back");
        foreach (int step in Enumerable.Range(1, 4))
        {
            await fixture.Server.ReportAsync(walker.Device, walked.AddMilliseconds(step), 112.365); // late: nobody knew when it happened
        }

        string alert = await CloseAsync(walker);
        await page.GotoAsync("/alerts?state=resolved");
        await page.Locator($"tr[data-alert-id='{alert}'] a[href^='/alerts/']").ClickAsync();
        await Assertions.Expect(page.Locator("[data-handling=resolved]")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = say.ThatDay }).ClickAsync();

        ILocator film = page.Locator("replay-film[data-ready]"), slider = film.Locator("input[type=range]"), position = film.Locator("tr[data-key=position]");
        await Assertions.Expect(film).ToBeVisibleAsync();
        await slider.FillAsync($"{(walked.ToUnixTimeSeconds() + 2) * 1_000}");
        await Assertions.Expect(position).ToContainTextAsync("112.36500");
        await film.GetByLabel(say.KnownThen).CheckAsync();
        await Assertions.Expect(position).ToContainTextAsync("112.36000"); // what the officer knew at that moment
        await PictureAsync(page, $"audit-replay-{language}");
        await slider.FillAsync((await film.GetAttributeAsync("data-from"))!); // nobody was registered
        await Assertions.Expect(film.Locator("tbody tr")).ToHaveCountAsync(0);
        await film.GetByLabel(say.Speed).SelectOptionAsync("3600");
        await film.GetByRole(AriaRole.Button, new() { Name = say.Play }).ClickAsync();
        await Assertions.Expect(film.Locator("tr[data-key=status]")).ToBeVisibleAsync(); // played to where the case begins
        await Assertions.Expect(page.Locator("#look-table tr").Filter(new() { HasText = say.Subject }).Filter(new() { HasText = "officer" }).First).ToBeVisibleAsync();

        await page.Locator($".page-head a[href='{walker.Page}']").ClickAsync();
        IDownload file = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = say.Make }).ClickAsync());
        byte[] bytes = await File.ReadAllBytesAsync((await file.PathAsync())!, Cancellation);
        await page.GetByRole(AriaRole.Link, new() { Name = say.Verify }).ClickAsync();
        ILocator proof = page.Locator("#case-proof");
        await SealedAsync(bytes);
        await VerifyAsync(page, say, bytes);
        await Assertions.Expect(proof.Locator(".success")).ToContainTextAsync(say.Whole);
        await Assertions.Expect(proof).ToContainTextAsync("auditor");
        await Assertions.Expect(proof.Locator($"a[href='{walker.Page}']")).ToBeVisibleAsync();
        await PictureAsync(page, $"audit-verified-{language}");
        List<string> failures = [];
        await EveryPageTests.ExamineShownAsync(page, "a file that is whole", failures);

        bytes[bytes.Length / 2] ^= 1;
        await VerifyAsync(page, say, bytes);
        await Assertions.Expect(proof.Locator(".failure")).ToContainTextAsync(say.NotIssued);
        await PictureAsync(page, $"audit-refused-{language}");
        await EveryPageTests.ExamineShownAsync(page, "a file with a byte changed", failures);
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Fact]
    public async Task An_auditor_sees_what_was_learned_later_and_exports_who_looked()
    {
        (Walker walker, string alert) = await ClosedCaseAsync("结案查阅");
        IPage page = await fixture.OpenAsync();
        await SignInAsync(page, "auditor");
        await page.GotoAsync($"/hindsight/alert/{alert}/3");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("事后没有得知会影响这项决定的事");
        await page.GotoAsync($"/audit/looks?subject={walker.Id}&account=officer");
        await Assertions.Expect(page.Locator("#look-table tbody tr").First).ToContainTextAsync("officer");
        await PictureAsync(page, "audit-looks");
        IDownload export = await page.RunAndWaitForDownloadAsync(() => page.GetByText("导出 CSV").ClickAsync());
        string[] lines = await File.ReadAllLinesAsync((await export.PathAsync())!, Cancellation);
        Assert.StartsWith("sequence,at,account", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines[1..], line => line.Contains(walker.Id, StringComparison.Ordinal));
        Assert.All(lines, line => Assert.DoesNotContain(walker.Name, line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_is_verified_without_script()
    {
        IPage page = await fixture.OpenAsync("en", script: false);
        await SignInAsync(page, "auditor");
        await page.GotoAsync("/audit/verify");
        await VerifyAsync(page, English, [1, 2, 3]);
        await Assertions.Expect(page.Locator("#case-proof .failure")).ToContainTextAsync(English.NotIssued);
    }

    [Fact]
    public async Task Without_script_the_form_shows_a_moment_of_a_station_and_the_links_lead_from_change_to_change()
    {
        (Walker walker, _) = await ClosedCaseAsync("无脚本回看");
        IPage page = await fixture.OpenAsync("en", script: false);
        await SignInAsync(page, "auditor");
        await page.GotoAsync("/audit/replay?of=board/430981001&known=then");
        ILocator row = page.Locator($"tr[data-key='{walker.Id}']");
        await Assertions.Expect(row).ToContainTextAsync("In breach");
        await PictureAsync(page, "audit-board");
        await page.GotoAsync($"/audit/replay?of=subject/{walker.Id}");
        await Assertions.Expect(page.Locator("#film tr[data-key=zones]")).ToContainTextAsync("学校周边");
        ILocator moment = page.GetByLabel("Moment shown");
        for (int step = 0; step < 2; step++)
        {
            string shown = await moment.InputValueAsync();
            await page.GetByText("Change before").ClickAsync();
            await Assertions.Expect(moment).Not.ToHaveValueAsync(shown);
        }
    }

    /// <summary>A breach whose alert was taken and resolved.</summary>
    private async Task<(Walker Walker, string Alert)> ClosedCaseAsync(string name) =>
        await fixture.Server.WithAlertAsync(name) is var walker ? (walker, await CloseAsync(walker)) : default;

    /// <summary>The officer takes the walker's alert, resolves it, and looks at him once more.</summary>
    private async Task<string> CloseAsync(Walker walker)
    {
        using HttpClient officer = await fixture.Server.AsAsync("officer");
        JsonElement alerts = await officer.GetFromJsonAsync<JsonElement>($"api/v1/alerts?subject={walker.Id}", Cancellation);
        string alert = alerts.GetProperty("items")[0].GetProperty("id").GetString()!;
        foreach ((string path, object body) in ((string, object)[])[("acknowledge", new { note = "已联系" }), ("resolve", new { outcome = "confirmed", note = "已谈话" })])
        {
            using HttpResponseMessage answer = await officer.PostAsJsonAsync($"api/v1/alerts/{alert}/{path}", body, Cancellation);
            Assert.True(answer.IsSuccessStatusCode, string.Create(CultureInfo.InvariantCulture, $"{path}: {answer.StatusCode}"));
        }

        await officer.GetFromJsonAsync<JsonElement>($"api/v1/subjects/{walker.Id}", Cancellation);
        return alert;
    }

    /// <summary>Chooses the file, and returns when the page tells what became of it.</summary>
    private static async Task VerifyAsync(IPage page, Words say, byte[] file)
    {
        await page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "case.pdf", MimeType = "application/pdf", Buffer = file });
        await page.Locator("main").GetByRole(AriaRole.Button, new() { Name = say.Submit }).ClickAsync();
        await Assertions.Expect(page.Locator("#case-proof code").First).ToHaveTextAsync(HashOf(file));
    }

    /// <summary>Returns when a signed checkpoint covers the file.</summary>
    private async Task SealedAsync(byte[] file)
    {
        using HttpClient auditor = await fixture.Server.AsAsync("auditor");
        await Eventually.Until(
            async () => (await auditor.GetFromJsonAsync<JsonElement>($"api/v1/case-files/{HashOf(file)}", Cancellation)).GetProperty("seal").ValueKind == JsonValueKind.Object,
            "a checkpoint that covers the file");
    }

    private static string HashOf(byte[] file) => Convert.ToHexStringLower(SHA256.HashData(file));

    private sealed record Words(string ThatDay, string KnownThen, string Speed, string Play, string Subject, string Make, string Verify, string Submit, string Whole, string NotIssued);
}
