using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Correction.Testing;

namespace Correction.Server.Tests.Accounts;

public sealed partial class SignInTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_used_code_is_refused_and_wrong_codes_lock_the_account()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        byte[] secret = await TurnSecondFactorOnAsync(server, "approver", out Task<long> used);
        long step = await used;
        using var http = new HttpClient { BaseAddress = server.Address };

        using HttpResponseMessage without = await LogInAsync(http, null);
        using HttpResponseMessage replayed = await LogInAsync(http, Code(secret, step));
        using HttpResponseMessage next = await LogInAsync(http, Code(secret, step + 1));
        using HttpResponseMessage nextReplayed = await LogInAsync(http, Code(secret, step + 1));
        Assert.Equal((HttpStatusCode.Unauthorized, "twoFactorRequired"), await StatusAsync(without));
        Assert.Equal((HttpStatusCode.Unauthorized, "twoFactorWrong"), await StatusAsync(replayed));
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        Assert.Equal((HttpStatusCode.Unauthorized, "twoFactorWrong"), await StatusAsync(nextReplayed));

        HttpResponseMessage last = nextReplayed;
        for (int wrong = 2; wrong <= 5; wrong++)
        {
            last = await LogInAsync(http, "000000");
        }

        Assert.Equal((HttpStatusCode.TooManyRequests, "lockedOut"), await StatusAsync(last));
        Assert.InRange(last.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Attempts_are_limited_per_account_name_and_per_address()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(("SignIn__PerMinute__Account", "3"), ("SignIn__PerMinute__Address", "8"));
        using var http = new HttpClient { BaseAddress = server.Address };
        for (int attempt = 1; attempt <= 3; attempt++)
        {
            using HttpResponseMessage wrong = await LogInAsync(http, null, "Nobody", "not-the-password");
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }

        using HttpResponseMessage name = await LogInAsync(http, null, "nobody", "not-the-password");
        using HttpResponseMessage other = await LogInAsync(http, null, "officer", ServerProcess.Password);
        string refreshToken = (await other.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("refreshToken").GetString()!;
        using HttpResponseMessage refreshed = await http.PostAsJsonAsync("api/v1/auth/refresh", new { refreshToken }, Cancellation);
        using HttpResponseMessage again = await http.PostAsJsonAsync("api/v1/auth/refresh", new { refreshToken }, Cancellation);
        using HttpResponseMessage holder = await http.PostAsJsonAsync("api/v1/auth/refresh", new { refreshToken }, Cancellation);
        using HttpResponseMessage address = await LogInAsync(http, null, "auditor", ServerProcess.Password);

        Assert.Equal((HttpStatusCode.TooManyRequests, "tooManyAttempts"), await StatusAsync(name));
        Assert.InRange(name.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.Equal("application/problem+json", name.Content.Headers.ContentType!.MediaType);
        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests],
            new[] { other, refreshed, again, holder, address }.Select(answer => answer.StatusCode));
        using HttpResponseMessage page = await http.PostAsync("sign-in", new FormUrlEncodedContent([new("UserName", "leader")]), Cancellation);
        Assert.Equal(HttpStatusCode.TooManyRequests, page.StatusCode);
        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        using HttpResponseMessage health = await http.GetAsync("health/live", Cancellation);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Fact]
    public async Task Behind_a_known_proxy_the_address_is_the_one_that_it_names()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(("SignIn__PerMinute__Address", "1"), ("Proxy__Networks", "127.0.0.0/8, ::1/128"));
        using var http = new HttpClient { BaseAddress = server.Address };
        var answers = new List<HttpStatusCode>();
        foreach (string address in (string[])["192.0.2.1", "192.0.2.2", "192.0.2.1"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/auth/login") { Content = JsonContent.Create(new { userName = "officer", password = ServerProcess.Password }) };
            request.Headers.Add("X-Forwarded-For", address);
            using HttpResponseMessage answer = await http.SendAsync(request, Cancellation);
            answers.Add(answer.StatusCode);
        }

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests], answers);
    }

    [Fact]
    public async Task Production_begins_with_one_administrator_whose_password_is_printed_once()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(("ASPNETCORE_ENVIRONMENT", "Production"), ("Accounts__FirstAdministrator__UserName", "chief"));
        string printed = OneTimePassword().Match(server.Output).Groups[1].Value;
        Assert.NotEmpty(printed);
        using HttpClient first = await server.AsAsync("chief", printed);
        using HttpResponseMessage changed = await first.PostAsJsonAsync("api/v1/auth/password", new { currentPassword = printed, newPassword = "the-chiefs-own" }, Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, changed.StatusCode);

        await server.KillAsync();
        await server.RunAsync();

        Assert.Single(OneTimePassword().Matches(server.Output));
        using HttpClient chief = await server.AsAsync("chief", "the-chiefs-own");
        using HttpResponseMessage opened = await chief.PostAsJsonAsync("api/v1/accounts", new { userName = "li", role = "officer", jurisdiction = "430981001" }, Cancellation);
        Assert.Equal(HttpStatusCode.Created, opened.StatusCode);
        using HttpResponseMessage demo = await LogInAsync(first, null, "officer", ServerProcess.Password);
        Assert.Equal(HttpStatusCode.Unauthorized, demo.StatusCode);
    }

    [Fact]
    public async Task The_demo_is_refused_in_production()
    {
        (int exitCode, string output) = await ServerProcess.FailAsync(("ASPNETCORE_ENVIRONMENT", "Production"), ("Demo__Enabled", "true"));
        Assert.Equal(1, exitCode);
        Assert.Equal("Not started. Demo:Enabled is refused in Production: its accounts share one password. Take Demo__Enabled away.", output);
    }

    /// <summary>As a person does, on the account's page; tells the step whose code was used.</summary>
    private static Task<byte[]> TurnSecondFactorOnAsync(ServerProcess server, string account, out Task<long> used)
    {
        var step = new TaskCompletionSource<long>();
        used = step.Task;
        return TurnAsync();

        async Task<byte[]> TurnAsync()
        {
            using var browser = new HttpClient { BaseAddress = server.Address };
            string signIn = await browser.GetStringAsync("sign-in", Cancellation);
            using HttpResponseMessage signedIn = await browser.PostAsync("sign-in", Form(signIn, "password", ("UserName", account), ("Password", ServerProcess.Password)), Cancellation);
            string page = await browser.GetStringAsync("account", Cancellation);
            byte[] secret = Base32(Key().Match(page).Groups[1].Value);
            long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 30;
            using HttpResponseMessage on = await browser.PostAsync("account", Form(page, "enable", ("code", Code(secret, now))), Cancellation);
            Assert.EndsWith("done=1", on.RequestMessage!.RequestUri!.Query, StringComparison.Ordinal);
            step.SetResult(now);
            return secret;
        }
    }

    private static FormUrlEncodedContent Form(string page, string name, params (string Name, string Value)[] fields) => new(
    [
        new("_handler", name),
        new("__RequestVerificationToken", Antiforgery().Match(page).Groups[1].Value),
        .. fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value)),
    ]);

    private static Task<HttpResponseMessage> LogInAsync(HttpClient http, string? code, string userName = "approver", string password = ServerProcess.Password) =>
        http.PostAsJsonAsync("api/v1/auth/login", new { userName, password, twoFactorCode = code }, Cancellation);

    private static async Task<(HttpStatusCode Status, string? Code)> StatusAsync(HttpResponseMessage answer) =>
        (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("code").GetString());

    /// <summary>RFC 6238, written apart from the server's.</summary>
    private static string Code(byte[] secret, long step)
    {
        byte[] counter = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // what authenticators use
        byte[] hash = HMACSHA1.HashData(secret, counter);
#pragma warning restore CA5350
        uint number = BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(hash[19] % 16, 4)) % 0x8000_0000;
        return (number % 1_000_000).ToString("000000", CultureInfo.InvariantCulture);
    }

    private static byte[] Base32(string text)
    {
        string bits = string.Concat(text.Select(letter => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(letter, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(index => Convert.ToByte(bits.Substring(index * 8, 8), 2))];
    }

    [GeneratedRegex("shown this once: ([0-9a-f]+)")]
    private static partial Regex OneTimePassword();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Antiforgery();

    [GeneratedRegex("id=\"totp-key\">([A-Z2-7]+)<")]
    private static partial Regex Key();
}
