using System.Security.Cryptography;
using Correction.Server.Tests.Visits;
using Correction.Testing;
using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests;

/// <summary>What an auditor does for a long export: orders it, goes on working, and finds it done.</summary>
public sealed class ExportPageTests(BrowserFixture fixture)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("zh-CN", "还没有导出", "开始导出", "已完成", "下载", "填对象编号")]
    [InlineData("en", "No exports yet", "Order the export", "Done", "Download", "or a key such as")]
    public async Task An_auditor_orders_an_export_sees_it_done_and_takes_the_file(string language, string none, string order, string done, string download, string wrong)
    {
        Walker walker = await fixture.Server.RegisterAsync($"导出{language}");
        IPage page = await OpenAsync(language == "en" ? "auditor.exports" : "auditor.exports-zh", language);
        await Assertions.Expect(page.Locator(".empty")).ToContainTextAsync(none);
        await page.Locator("[name=stream]").FillAsync("nobody");
        await page.GetByRole(AriaRole.Button, new() { Name = order }).ClickAsync();
        await Assertions.Expect(page.Locator("#f-stream-error")).ToContainTextAsync(wrong);

        await page.Locator("[name=stream]").FillAsync(walker.Id);
        await page.Locator("[name=purpose]").FillAsync("年度审计");
        await page.GetByRole(AriaRole.Button, new() { Name = order }).ClickAsync();
        ILocator export = page.Locator("tr[data-export]");
        await Assertions.Expect(export).ToContainTextAsync(done, new() { Timeout = 30_000 }); // without a step of the auditor's
        await Assertions.Expect(export).ToContainTextAsync("年度审计");
        await PictureAsync(page, $"audit-exports-{language}");
        List<string> failures = [];
        await EveryPageTests.ExamineShownAsync(page, "exports", failures);
        Assert.True(failures.Count == 0, string.Join('\n', failures));

        IDownload file = await page.RunAndWaitForDownloadAsync(() => export.GetByText(download).ClickAsync());
        byte[] bytes = await File.ReadAllBytesAsync((await file.PathAsync())!, Cancellation);
        await Assertions.Expect(export.Locator("code")).ToHaveTextAsync(Convert.ToHexStringLower(SHA256.HashData(bytes)));
        Assert.Contains(walker.Id, System.Text.Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_script_the_list_is_asked_for_again_and_an_export_is_cancelled_and_resumed()
    {
        string database = await (await PostgresServer.Shared()).CreateDatabaseAsync("exportspage");
        await using PostgresFaults faults = PostgresFaults.On(database);
        await using ServerProcess server = await ServerProcess.StartAsync(("ConnectionStrings__Correction", faults.ConnectionString));
        IPage page = await fixture.OpenAsync("en", script: false, server: server);
        await SignInAsync(page, "auditor");
        await page.GotoAsync("/audit/exports");
        TaskCompletionSource begun = new(), cancelled = new();
        Task struck = faults.StrikeAsync(
            FaultPoint.Statement,
            "update correction.export set sequence",
            () =>
            {
                begun.SetResult();
                return cancelled.Task;
            });
        await page.GetByRole(AriaRole.Button, new() { Name = "Order the export" }).ClickAsync();
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancellation); // one that is cancelled before it begins would never come there
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        ILocator export = page.Locator("tr[data-export]");
        await Assertions.Expect(export).ToHaveAttributeAsync("data-state", "cancelled");
        cancelled.SetResult();
        await struck.WaitAsync(Cancellation);
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        ILocator refresh = page.GetByRole(AriaRole.Link, new() { Name = "Refresh" });
        await Eventually.Until(
            async () =>
            {
                if (await refresh.CountAsync() > 0)
                {
                    await refresh.ClickAsync();
                }

                return await export.GetAttributeAsync("data-state") == "done";
            },
            "the export to be done");
    }

    /// <summary>An auditor who has ordered nothing yet, at the page.</summary>
    private async Task<IPage> OpenAsync(string account, string language)
    {
        using HttpClient opened = await fixture.Server.AsNewAsync(account, "auditor", "430981");
        IPage page = await fixture.OpenAsync(language);
        await SignInAsync(page, account, VisitCalls.Own);
        await page.Locator("nav a[href='/audit/exports']").ClickAsync();
        return page;
    }
}
