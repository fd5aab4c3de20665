using System.Globalization;
using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests;

/// <summary>Zones on the map: drawn by mouse, by keyboard and by numbers; changed; lifted.</summary>
public sealed class ZoneTests(BrowserFixture fixture)
{
    [Fact]
    public async Task A_circle_is_drawn_with_two_clicks_and_an_area_by_its_corners()
    {
        (IPage page, ILocator editor) = await OpenAsync("鼠标画区");
        LocatorBoundingBoxResult map = await MapAsync(editor);
        (float x, float y) = (map.X + (map.Width / 2), map.Y + (map.Height / 2));
        await page.Mouse.ClickAsync(x, y);
        await page.Mouse.MoveAsync(x + 30, y);
        await page.Mouse.ClickAsync(x + 60, y);
        double radius = double.Parse(await editor.Locator("[name=radius]").InputValueAsync(), CultureInfo.InvariantCulture);
        Assert.InRange(radius, 20, 20_000);
        await SaveAsync(editor, "圆形禁区", "exclusion");
        await Assertions.Expect(Zone(editor, "圆形禁区")).ToContainTextAsync($"半径 {radius:0} 米");

        await editor.Locator("[name=shape]").SelectOptionAsync("polygon");
        await editor.Locator(".zone-map").ScrollIntoViewIfNeededAsync();
        map = await MapAsync(editor); // the list above it has grown
        (x, y) = (map.X + (map.Width / 2), map.Y + (map.Height / 2));
        foreach ((int dx, int dy) in ((int, int)[])[(-80, -50), (80, -50), (80, 50)])
        {
            await page.Mouse.ClickAsync(x + dx, y + dy);
        }

        await page.Mouse.DblClickAsync(x - 80, y + 50);
        await Assertions.Expect(editor.Locator("[name=name]")).ToBeFocusedAsync(); // a double click is the last corner
        await SaveAsync(editor, "活动范围", "inclusion");
        await Assertions.Expect(Zone(editor, "活动范围")).ToContainTextAsync("4 个顶点");
        await PictureAsync(page, "zones-drawn");
    }

    [Fact]
    public async Task A_circle_is_drawn_with_the_keyboard_alone()
    {
        (IPage page, ILocator editor) = await OpenAsync("键盘画区");
        await MapAsync(editor);
        await editor.Locator("canvas").FocusAsync();
        await page.Keyboard.PressAsync("Space");
        string centre = await editor.Locator("[name=lon]").InputValueAsync();
        Assert.NotEmpty(centre);
        await page.Keyboard.PressAsync("ArrowRight");
        await Testing.Eventually.Until(async () => await RadiusAfterSpaceAsync(page, editor) != "200", "the map to have moved under the second point");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(editor.Locator("[name=name]")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("键盘禁区");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Zone(editor, "键盘禁区")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_zone_laid_by_numbers_with_hours_is_changed_in_place_and_lifted()
    {
        (IPage page, ILocator editor) = await OpenAsync("改区域");
        foreach ((string name, string value) in ((string, string)[])[("lon", "112.37"), ("lat", "28.86"), ("radius", "5")])
        {
            await editor.Locator($"[name={name}]").FillAsync(value);
        }

        await editor.Locator("form").EvaluateAsync("form => form.noValidate = true"); // what the browser would refuse, the server refuses too
        await SaveAsync(editor, "夜间区域", "inclusion");
        await Assertions.Expect(editor.Locator(".zone-message")).ToContainTextAsync("标出的栏目");
        await Assertions.Expect(editor.Locator("[aria-invalid]")).ToHaveCountAsync(1);

        await editor.Locator("[name=radius]").FillAsync("300");
        await editor.GetByLabel("仅在规定时段生效").CheckAsync();
        await editor.Locator("[name=day-sunday]").UncheckAsync();
        await editor.Locator("[name=except]").FillAsync("2026-10-01");
        await editor.Locator("[name=buffer]").FillAsync("40");
        await SaveAsync(editor, "夜间区域", "inclusion");
        await Assertions.Expect(Zone(editor, "夜间区域")).ToContainTextAsync("周六 22:00–06:00");

        await Zone(editor, "夜间区域").Locator("button.edit").ClickAsync();
        await Assertions.Expect(editor.Locator("[name=radius]")).ToHaveValueAsync("300");
        await Assertions.Expect(editor.Locator("[name=except]")).ToHaveValueAsync("2026-10-01"); // a change loses nothing of what it was
        await Assertions.Expect(editor.Locator("[name=buffer]")).ToHaveValueAsync("40");
        await editor.Locator("[name=radius]").FillAsync("450");
        await editor.Locator("form button[type=submit]").ClickAsync();
        await Assertions.Expect(Zone(editor, "夜间区域")).ToContainTextAsync("半径 450 米");
        await Assertions.Expect(editor.Locator(".zone-list li")).ToHaveCountAsync(1); // the new one took the old one's place

        page.Dialog += (_, dialog) => dialog.AcceptAsync();
        await Zone(editor, "夜间区域").Locator("button.lift").ClickAsync();
        await Assertions.Expect(editor.Locator(".zone-list li[data-zone-id]")).ToHaveCountAsync(0);
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator(".timeline li").First).ToContainTextAsync("解除区域");
    }

    private async Task<(IPage Page, ILocator Editor)> OpenAsync(string name)
    {
        Walker walker = await fixture.Server.RegisterAsync(name);
        IPage page = await fixture.OpenAsync();
        await SignInAsync(page, "officer");
        await page.GotoAsync(walker.Page);
        ILocator editor = page.Locator("zone-editor[data-ready]");
        await Assertions.Expect(editor).ToBeVisibleAsync();
        await editor.Locator(".zone-map").ScrollIntoViewIfNeededAsync();
        return (page, editor);
    }

    private static async Task<LocatorBoundingBoxResult> MapAsync(ILocator editor)
    {
        await Assertions.Expect(editor.Locator(".map-loading")).ToHaveCountAsync(0);
        return (await editor.Locator(".zone-map canvas").BoundingBoxAsync())!;
    }

    /// <summary>Sets the second point; where the map had not moved yet, the first again, and moves the map.</summary>
    private static async Task<string> RadiusAfterSpaceAsync(IPage page, ILocator editor)
    {
        await page.Keyboard.PressAsync("Space");
        string radius = await editor.Locator("[name=radius]").InputValueAsync();
        if (radius is "200" or "10")
        {
            await page.Keyboard.PressAsync("Space");
            await page.Keyboard.PressAsync("ArrowRight");
            return "200";
        }

        return radius;
    }

    private static ILocator Zone(ILocator editor, string name) => editor.Locator(".zone-list li").Filter(new() { HasText = name });

    private static async Task SaveAsync(ILocator editor, string name, string kind)
    {
        await editor.Locator("[name=name]").FillAsync(name);
        await editor.Locator("[name=kind]").SelectOptionAsync(kind);
        await editor.Locator("form button[type=submit]").ClickAsync();
    }
}
