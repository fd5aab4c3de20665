using Microsoft.Playwright;

namespace Correction.Browser.Tests.Visits;

/// <summary>How a person works on a page: with a pointer, or with the keyboard alone.</summary>
internal sealed record Hand(IPage Page, bool Keyboard)
{
    private const int MostTabs = 80;

    public async Task PressAsync(string selector)
    {
        if (!Keyboard)
        {
            await Page.Locator(selector).ClickAsync();
            return;
        }

        await ReachAsync(selector);
        await Page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Ticks a box.</summary>
    public async Task TickAsync(string selector)
    {
        if (!Keyboard)
        {
            await Page.Locator(selector).CheckAsync();
            return;
        }

        await ReachAsync(selector);
        if (!await Page.Locator(selector).IsCheckedAsync())
        {
            await Page.Keyboard.PressAsync("Space");
        }
    }

    /// <param name="keys">What is typed where the keyboard is used; a date's digits in the order of the language.</param>
    public async Task FillAsync(string selector, string text, string? keys = null)
    {
        if (!Keyboard)
        {
            await Page.Locator(selector).FillAsync(text);
            return;
        }

        await ReachAsync(selector);
        await Page.Keyboard.TypeAsync(keys ?? text);
    }

    public async Task ChooseAsync(string selector, string value)
    {
        if (!Keyboard)
        {
            await Page.Locator(selector).SelectOptionAsync(value);
            return;
        }

        await ReachAsync(selector);
        for (int option = 0; option < MostTabs && await Page.Locator(selector).InputValueAsync() != value; option++)
        {
            await Page.Keyboard.PressAsync("ArrowDown");
        }

        Assert.Equal(value, await Page.Locator(selector).InputValueAsync());
    }

    public async Task GiveFileAsync(string selector, FilePayload file)
    {
        if (!Keyboard)
        {
            await Page.Locator(selector).SetInputFilesAsync(file);
            return;
        }

        IFileChooser chooser = await Page.RunAndWaitForFileChooserAsync(() => PressAsync(selector));
        await chooser.SetFilesAsync(file);
    }

    private async Task ReachAsync(string selector)
    {
        ILocator target = Page.Locator(selector);
        await target.WaitForAsync();
        for (int tabs = 0; tabs < MostTabs; tabs++)
        {
            if (await target.EvaluateAsync<bool>("element => element === document.activeElement"))
            {
                return;
            }

            await Page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"{selector} cannot be reached with Tab.");
    }
}
