using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Correction.Server.Tests.Visits;
using Microsoft.Playwright;
using static Correction.Browser.Tests.BrowserFixture;

namespace Correction.Browser.Tests;

/// <summary>
/// Signing in and out, a second factor, a new password, another language. What an account needs to sign in is changed on accounts of
/// the test's own: others sign in meanwhile as those of the demo.
/// </summary>
public sealed class AccountTests(BrowserFixture fixture)
{
    [Fact]
    public async Task A_second_factor_is_set_up_asked_for_at_sign_in_and_turned_off()
    {
        const string Account = "second-factor";
        IPage page = await fixture.OpenAsync();
        using HttpClient opened = await fixture.Server.AsNewAsync(Account, "officer", "430981001");
        await SignInAsync(page, Account, VisitCalls.Own);
        await page.GotoAsync("/account");
        string key = await page.Locator("#totp-key").InnerTextAsync();
        await page.Locator("#totp-code").FillAsync("000000");
        await page.Locator("form:has(#totp-code) button").ClickAsync();
        await Assertions.Expect(page.Locator("[role=alert]")).ToContainTextAsync("验证码不正确");
        await page.Locator("#totp-code").FillAsync(Code(key));
        await page.Locator("form:has(#totp-code) button").ClickAsync();
        await Assertions.Expect(page.Locator("section:has(#totp)")).ToContainTextAsync("两步验证已启用");

        IPage elsewhere = await fixture.OpenAsync();
        await EnterAsync(elsewhere, Account, VisitCalls.Own);
        await elsewhere.Locator("#code").FillAsync(Code(key, stepsAhead: 1)); // the one before has served
        await elsewhere.Locator("main button[type=submit]").ClickAsync();
        await Assertions.Expect(elsewhere.Locator("live-board")).ToBeVisibleAsync();

        await page.Locator("#off-password").FillAsync(VisitCalls.Own);
        await page.Locator("form:has(#off-password) button").ClickAsync();
        await Assertions.Expect(page.Locator("#totp-key")).Not.ToHaveTextAsync(key); // the old key is void
    }

    [Fact]
    public async Task A_password_is_changed_and_the_old_one_lets_nobody_in()
    {
        const string Account = "new-password", Next = "another-password-2";
        IPage page = await fixture.OpenAsync();
        using HttpClient opened = await fixture.Server.AsNewAsync(Account, "prison", "4301P1");
        await SignInAsync(page, Account, VisitCalls.Own);
        await page.GotoAsync("/account");
        await ChangeAsync(page, "not-the-password", Next, Next);
        await Assertions.Expect(page.Locator("[role=alert]")).ToContainTextAsync("当前密码不正确");
        await ChangeAsync(page, VisitCalls.Own, Next, Next + "!");
        await Assertions.Expect(page.Locator("[role=alert]")).ToContainTextAsync("不一致");
        await ChangeAsync(page, VisitCalls.Own, Next, Next);
        await Assertions.Expect(page.Locator("[role=status]")).ToBeVisibleAsync();

        IPage elsewhere = await fixture.OpenAsync();
        await EnterAsync(elsewhere, Account, VisitCalls.Own);
        await Assertions.Expect(elsewhere.Locator("[role=alert]")).ToContainTextAsync("用户名或密码不正确");
        await SignInAsync(elsewhere, Account, Next);
    }

    [Fact]
    public async Task The_language_is_switched_on_the_page_one_stands_on_and_signing_out_closes_every_page()
    {
        const string Account = "signing-out"; // who signs out does so everywhere
        IPage page = await fixture.OpenAsync();
        using HttpClient opened = await fixture.Server.AsNewAsync(Account, "officer", "430981001");
        await SignInAsync(page, Account, VisitCalls.Own);
        await page.GotoAsync("/alerts?state=resolved");
        await page.Locator("a.lang").ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex(@"/alerts\?state=resolved$"));
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "en");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Alerts");

        await page.Locator("form[action='/sign-out'] button").ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Sign in");
        await page.GotoAsync("/subjects");
        await Assertions.Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/sign-in"));
    }

    [Fact]
    public async Task Whoever_looks_at_the_account_stays_signed_in_elsewhere()
    {
        const string Account = "looks-at-account";
        using HttpClient program = await fixture.Server.AsNewAsync(Account, "officer", "430981001");
        IPage page = await fixture.OpenAsync(), elsewhere = await fixture.OpenAsync();
        await SignInAsync(page, Account, VisitCalls.Own);
        await SignInAsync(elsewhere, Account, VisitCalls.Own);

        await page.GotoAsync("/account");
        string key = await page.Locator("#totp-key").InnerTextAsync();

        await elsewhere.GotoAsync("/account");
        await Assertions.Expect(elsewhere.Locator("#totp-key")).ToHaveTextAsync(key);
        using HttpResponseMessage answer = await program.GetAsync(new Uri("api/v1/subjects", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task ChangeAsync(IPage page, string current, string next, string again)
    {
        await page.Locator("#current").FillAsync(current);
        await page.Locator("#next").FillAsync(next);
        await page.Locator("#again").FillAsync(again);
        await page.Locator("form:has(#next) button").ClickAsync();
    }

    /// <summary>What an authenticator app shows now for this key (RFC 6238, SHA-1, 30 s, 6 digits).</summary>
    private static string Code(string base32, int stepsAhead = 0)
    {
        byte[] key = new byte[base32.Length * 5 / 8];
        for (int bit = 0; bit < key.Length * 8; bit++)
        {
            int value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(base32[bit / 5]);
            key[bit / 8] |= (byte)(((value >> (4 - (bit % 5))) & 1) << (7 - (bit % 8)));
        }

        byte[] step = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(step, (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 30) + stepsAhead);
#pragma warning disable CA5350 // the algorithm of RFC 6238 that every authenticator app knows
        byte[] hash = HMACSHA1.HashData(key, step);
#pragma warning restore CA5350
        int code = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 0xF)) & 0x7FFFFFFF;
        return (code % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }
}
