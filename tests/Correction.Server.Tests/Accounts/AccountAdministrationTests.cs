using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Correction.Testing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;

namespace Correction.Server.Tests.Accounts;

public sealed class AccountAdministrationTests(SharedServer shared)
{
    private const string Own = "my-own-password";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ServerProcess Server => shared.Server;

    [Fact]
    public async Task An_opened_account_serves_only_to_set_its_own_password_and_then_works()
    {
        using HttpClient admin = await Server.AsAsync("admin");
        string oneTime = await OpenAsync(admin, "zhou.1");
        using HttpClient first = await Server.AsAsync("zhou.1", oneTime);
        using HttpResponseMessage before = await first.GetAsync("api/v1/subjects", Cancellation);
        Assert.Equal((HttpStatusCode.Forbidden, "passwordChangeRequired"), (before.StatusCode, await CodeAsync(before)));
        using var still = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = Server.Address };
        still.DefaultRequestHeaders.Authorization = first.DefaultRequestHeaders.Authorization;
        using HttpResponseMessage page = await still.GetAsync("subjects", Cancellation);
        Assert.Equal((HttpStatusCode.Found, "/account"), (page.StatusCode, page.Headers.Location!.ToString()));

        using HttpResponseMessage changed = await first.PostAsJsonAsync("api/v1/auth/password", new { currentPassword = oneTime, newPassword = Own }, Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, changed.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(first));
        using HttpClient own = await Server.AsAsync("zhou.1", Own);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(own));
        using HttpResponseMessage again = await admin.PostAsJsonAsync("api/v1/accounts", Body("zhou.1"), Cancellation);
        Assert.Equal((HttpStatusCode.Conflict, "accountExists"), (again.StatusCode, await CodeAsync(again)));
    }

    [Fact]
    public async Task A_disabled_accounts_token_refresh_and_open_hub_connection_end_at_once()
    {
        using HttpClient admin = await Server.AsAsync("admin");
        (HttpClient officer, JsonElement tokens) = await BeginAsync(admin, "zhou.2");
        await using HubConnection hub = await WatchAsync(tokens);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        hub.Closed += _ => Task.FromResult(ended.TrySetResult());

        using HttpResponseMessage disabled = await admin.PostAsync("api/v1/accounts/zhou.2/disable", null, Cancellation);

        Assert.Equal(HttpStatusCode.OK, disabled.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(officer));
        Assert.Equal(HttpStatusCode.Unauthorized, await RefreshAsync(tokens));
        Assert.Equal(HttpStatusCode.Unauthorized, (await LogInAsync("zhou.2", Own)).StatusCode);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        using HttpResponseMessage enabled = await admin.PostAsync("api/v1/accounts/zhou.2/enable", null, Cancellation);
        Assert.Equal(HttpStatusCode.OK, (await LogInAsync("zhou.2", Own)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(officer));
        officer.Dispose();
    }

    [Fact]
    public async Task Another_authority_ends_the_old_token_and_a_hub_call_made_with_it()
    {
        using HttpClient admin = await Server.AsAsync("admin");
        (HttpClient officer, JsonElement tokens) = await BeginAsync(admin, "zhou.3");
        await using HubConnection hub = await WatchAsync(tokens);

        using HttpResponseMessage granted = await admin.PostAsJsonAsync("api/v1/accounts/zhou.3/authority", new { role = "officer", jurisdiction = "430981002" }, Cancellation);

        Assert.Equal(HttpStatusCode.OK, granted.StatusCode);
        await Assert.ThrowsAnyAsync<Exception>(() => hub.InvokeAsync("Watch", "430981001", (long?)null, Cancellation));
        await Eventually.Until(() => hub.State == HubConnectionState.Disconnected, "the hub connection to be closed");
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(officer));
        using HttpClient moved = await Server.AsAsync("zhou.3", Own);
        using HttpResponseMessage old = await moved.GetAsync("api/v1/subjects?jurisdiction=430981001", Cancellation);
        Assert.Equal(HttpStatusCode.Forbidden, old.StatusCode);
        officer.Dispose();
    }

    [Fact]
    public async Task Every_change_of_an_account_is_on_record_and_no_password_is()
    {
        using HttpClient admin = await Server.AsAsync("admin");
        string first = await OpenAsync(admin, "zhou.4");
        await admin.PostAsync("api/v1/accounts/zhou.4/disable", null, Cancellation);
        await admin.PostAsync("api/v1/accounts/zhou.4/enable", null, Cancellation);
        using HttpResponseMessage reset = await admin.PostAsJsonAsync("api/v1/accounts/zhou.4/reset-password", new { authenticator = true }, Cancellation);
        string second = (await reset.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("oneTimePassword").GetString()!;
        Assert.Equal(HttpStatusCode.Unauthorized, (await LogInAsync("zhou.4", first)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await LogInAsync("zhou.4", second)).StatusCode);

        using HttpClient auditor = await Server.AsAsync("auditor");
        string stream = await auditor.GetStringAsync("api/v1/events?stream=account/zhou.4", Cancellation);
        using JsonDocument events = JsonDocument.Parse(stream);
        Assert.Equal(
            ["account_opened", "account_disabled", "account_enabled", "credentials_reset"],
            events.RootElement.EnumerateArray().Select(happened => happened.GetProperty("type").GetString()));
        Assert.All(events.RootElement.EnumerateArray(), happened => Assert.Equal("admin", happened.GetProperty("actor").GetProperty("account").GetString()));
        string everything = await auditor.GetStringAsync("api/v1/events/export", Cancellation) + Server.Output;
        Assert.DoesNotContain(first, everything, StringComparison.Ordinal);
        Assert.DoesNotContain(second, everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_administrators_administer_in_their_jurisdiction_and_not_themselves()
    {
        using HttpClient officer = await Server.AsAsync("officer");
        using HttpResponseMessage byOfficer = await officer.PostAsJsonAsync("api/v1/accounts", Body("zhou.5"), Cancellation);
        Assert.Equal(HttpStatusCode.Forbidden, byOfficer.StatusCode);
        using HttpClient admin = await Server.AsAsync("admin");
        using HttpResponseMessage outside = await admin.PostAsJsonAsync("api/v1/accounts", Body("zhou.5", "officer", "430902001"), Cancellation);
        Assert.Equal((HttpStatusCode.Forbidden, "outsideJurisdiction"), (outside.StatusCode, await CodeAsync(outside)));
        using HttpResponseMessage prison = await admin.PostAsJsonAsync("api/v1/accounts", Body("zhou.prison", "prison", "4301P1"), Cancellation);
        Assert.Equal(HttpStatusCode.Created, prison.StatusCode);
        using HttpResponseMessage malformed = await admin.PostAsJsonAsync("api/v1/accounts", Body("周六", "system", "x"), Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, malformed.StatusCode);
        using HttpResponseMessage itself = await admin.PostAsync("api/v1/accounts/admin/disable", null, Cancellation);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "ownAccount"), (itself.StatusCode, await CodeAsync(itself)));
        using HttpResponseMessage nobody = await admin.PostAsync("api/v1/accounts/nobody/disable", null, Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, nobody.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(admin, "api/v1/accounts"));
    }

    [Fact]
    public async Task The_list_of_accounts_is_paged_and_tells_nothing_that_helps_to_sign_in()
    {
        using HttpClient admin = await Server.AsAsync("admin");
        var names = new List<string>();
        string? cursor = null;
        do
        {
            string text = await admin.GetStringAsync($"api/v1/accounts?limit=3{(cursor is null ? string.Empty : "&cursor=" + cursor)}", Cancellation);
            Assert.DoesNotContain("hash", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("stamp", text, StringComparison.OrdinalIgnoreCase);
            using JsonDocument page = JsonDocument.Parse(text);
            names.AddRange(page.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("userName").GetString()!));
            cursor = page.RootElement.GetProperty("next").GetString();
        }
        while (cursor is not null);

        Assert.Equal(names.Distinct().Order(StringComparer.Ordinal), names);
        Assert.Superset(new HashSet<string>(["admin", "approver", "auditor", "family", "leader", "officer", "officer2", "prison"]), names.ToHashSet());
    }

    private static object Body(string userName, string role = "officer", string jurisdiction = "430981001") => new { userName, role, jurisdiction };

    private static async Task<string> OpenAsync(HttpClient admin, string userName)
    {
        using HttpResponseMessage opened = await admin.PostAsJsonAsync("api/v1/accounts", Body(userName), Cancellation);
        Assert.Equal(HttpStatusCode.Created, opened.StatusCode);
        Assert.Equal($"/api/v1/accounts/{userName}", opened.Headers.Location!.ToString());
        return (await opened.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("oneTimePassword").GetString()!;
    }

    /// <summary>An account with a password of its own, and a client that is logged in with it.</summary>
    private async Task<(HttpClient Client, JsonElement Tokens)> BeginAsync(HttpClient admin, string userName)
    {
        string oneTime = await OpenAsync(admin, userName);
        using HttpClient first = await Server.AsAsync(userName, oneTime);
        using HttpResponseMessage changed = await first.PostAsJsonAsync("api/v1/auth/password", new { currentPassword = oneTime, newPassword = Own }, Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, changed.StatusCode);
        JsonElement tokens = await (await LogInAsync(userName, Own)).Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        var client = new HttpClient { BaseAddress = Server.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", tokens.GetProperty("accessToken").GetString());
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client));
        return (client, tokens);
    }

    private async Task<HubConnection> WatchAsync(JsonElement tokens)
    {
        HubConnection hub = new HubConnectionBuilder()
            .WithUrl(new Uri(Server.Address, "hubs/live"), options => options.AccessTokenProvider = () => Task.FromResult(tokens.GetProperty("accessToken").GetString())).Build();
        await hub.StartAsync(Cancellation);
        await hub.InvokeAsync("Watch", "430981001", (long?)null, Cancellation);
        return hub;
    }

    private async Task<HttpResponseMessage> LogInAsync(string userName, string password)
    {
        using var http = new HttpClient { BaseAddress = Server.Address };
        return await http.PostAsJsonAsync("api/v1/auth/login", new { userName, password }, Cancellation);
    }

    private async Task<HttpStatusCode> RefreshAsync(JsonElement tokens)
    {
        using var http = new HttpClient { BaseAddress = Server.Address };
        using HttpResponseMessage answer = await http.PostAsJsonAsync("api/v1/auth/refresh", new { refreshToken = tokens.GetProperty("refreshToken").GetString() }, Cancellation);
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, string path = "api/v1/subjects")
    {
        using HttpResponseMessage answer = await http.GetAsync(path, Cancellation);
        return answer.StatusCode;
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("code").GetString();
}
