using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests;

/// <summary>The county's leader orders that a person's data go, from the subject's page.</summary>
public sealed class ErasureTests(BrowserFixture fixture)
{
    [Theory]
    [InlineData("zh-CN", "矫正期未满", "删除个人信息")]
    [InlineData("en", "The term of correction is running", "Personal data erased")]
    public async Task The_leader_erases_a_person_and_the_page_names_nobody_any_more(string language, string running, string happened)
    {
        Walker walker = await fixture.Server.RegisterAsync($"删除{language}");
        IPage leader = await fixture.OpenAsync(language, script: false);
        await SignInAsync(leader, "leader");
        await leader.GotoAsync(walker.Page);
        await Assertions.Expect(leader.Locator("h1")).ToHaveTextAsync(walker.Name);
        await OrderAsync(leader, "retentionOver");
        await Assertions.Expect(Section(leader)).ToContainTextAsync(running);
        await PictureAsync(leader, $"erasure-{language}");

        await OrderAsync(leader, "unlawfullyProcessed");
        await Assertions.Expect(leader.Locator("h1")).ToHaveTextAsync("—");
        await Assertions.Expect(leader.Locator(".timeline li").First).ToContainTextAsync(happened);
        await Assertions.Expect(leader.Locator("body")).Not.ToContainTextAsync(walker.Name);
        await PictureAsync(leader, $"erased-{language}");
    }

    private static async Task OrderAsync(IPage leader, string ground)
    {
        if (!await Section(leader).Locator("details").EvaluateAsync<bool>("details => details.open"))
        {
            await Section(leader).Locator("summary").ClickAsync();
        }

        await Section(leader).Locator("[name=ground]").SelectOptionAsync(ground);
        await Section(leader).Locator("[name=sure]").CheckAsync();
        await Section(leader).Locator("button").ClickAsync();
    }

    private static ILocator Section(IPage page) => page.Locator("section:has(#erasure)");
}
