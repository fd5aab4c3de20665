using System.Security.Claims;
using System.Text.RegularExpressions;
using Correction.Domain;
using Correction.Domain.Accounts;
using Correction.Grains;
using Correction.Server.Api;
using Correction.Store.Reading;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Correction.Server.Accounts;

/// <summary>
/// Accounts, for the administrator: open, find, disable, enable, grant another authority, reset the password. Each change
/// is an event before it takes effect, and ends what was issued to the account before.
/// </summary>
internal static partial class AccountsApi
{
    private const string Route = "/api/v1/accounts";
    private const int LongestPage = 200;

    public static void MapAccountAdministration(this WebApplication app)
    {
        RouteGroupBuilder accounts = app.MapGroup(Route).WithTags("Accounts").RequireAuthorization(Policies.Administer);
        accounts.MapPost("/", Open);
        accounts.MapGet("/", List);
        RouteGroupBuilder one = accounts.MapGroup("/{userName}").AddEndpointFilter(WithinReachAsync);
        one.MapGet("/", Read);
        one.MapPost("/authority", Grant);
        one.MapPost("/disable", (HttpContext http, string userName, Sender sender) => sender.SendAsync(http, userName, new DisableAccount()));
        one.MapPost("/enable", (HttpContext http, string userName, Sender sender) => sender.SendAsync(http, userName, new EnableAccount()));
        one.MapPost("/reset-password", ResetPassword);
    }

    public static bool IsUserName(string text) => UserName().IsMatch(text);

    private static async Task<IResult> Open(HttpContext http, Sender sender, IDocumentStore documents)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        string userName = body.Text("userName", 40);
        if (userName.Length > 0 && !IsUserName(userName))
        {
            body.Fail("userName", "2 to 40 small letters, digits, . _ -, a letter first; no person's name.");
        }

        if (ReadAuthority(body) is not var (role, jurisdiction))
        {
            return Problems.Malformed(body.Errors);
        }

        if (!Reaches(http.User, role, jurisdiction))
        {
            return Problems.OutsideJurisdiction();
        }

        return http.Request.Headers.ContainsKey("Idempotency-Key") || await FindAsync(documents, userName, http.RequestAborted) is not { PasswordHash: not null }
            ? await sender.SendAsync(http, userName, new OpenAccount(role, jurisdiction), body, OneTime.WhenNone, told => $"{Route}/{told}")
            : Problems.Of(StatusCodes.Status409Conflict, "accountExists", "This user name is taken.");
    }

    private static async Task<IResult> Grant(HttpContext http, string userName, Sender sender)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        return ReadAuthority(body) is not var (role, jurisdiction) ? Problems.Malformed(body.Errors)
            : Reaches(http.User, role, jurisdiction) ? await sender.SendAsync(http, userName, new GrantAuthority(role, jurisdiction), body)
            : Problems.OutsideJurisdiction();
    }

    private static async Task<IResult> ResetPassword(HttpContext http, string userName, Sender sender)
    {
        RequestBody body = await RequestBody.ReadOptionalAsync(http.Request);
        bool authenticator = body.Flag("authenticator");
        return body.Errors.Count > 0
            ? Problems.Malformed(body.Errors)
            : await sender.SendAsync(http, userName, new ResetCredentials(authenticator), body, authenticator ? OneTime.WithoutAuthenticator : OneTime.Always);
    }

    private static async Task<IResult> List(HttpContext http, IDocumentStore documents, TimeProvider time, string? cursor, int? limit)
    {
        Cursor after = default;
        if ((cursor is not null && !Cursor.TryParse(cursor, out after)) || limit is < 1 or > LongestPage)
        {
            return Problems.Malformed(("cursor", $"The next of the page before, unchanged; limit 1 to {LongestPage}."));
        }

        await using IQuerySession session = documents.QuerySession();
        IReadOnlyList<Account> all = await session.Query<Account>().ToListAsync(http.RequestAborted);
        Account[] page = [.. all
            .Where(account => Reaches(http.User, account.Role, Jurisdiction.Parse(account.Jurisdiction)) && (cursor is null || string.CompareOrdinal(account.UserName, after.First) > 0))
            .OrderBy(account => account.UserName, StringComparer.Ordinal).Take((limit ?? 50) + 1)];
        Account[] shown = page[..Math.Min(page.Length, limit ?? 50)];
        return TypedResults.Ok(new AccountPage([.. shown.Select(account => Write(account, time))], shown.Length < page.Length ? new Cursor(shown[^1].UserName, string.Empty).ToString() : null));
    }

    private static async Task<IResult> Read(string userName, IDocumentStore documents, TimeProvider time, CancellationToken cancellation) =>
        await FindAsync(documents, userName, cancellation) is { } account ? TypedResults.Ok(Write(account, time)) : Problems.NotFound();

    private static (Role Role, Jurisdiction Jurisdiction)? ReadAuthority(RequestBody body)
    {
        Role role = body.Choice<Role>("role");
        if (!Jurisdiction.TryParse(body.Text("jurisdiction", 9), out Jurisdiction jurisdiction))
        {
            body.Fail("jurisdiction", "A GB/T 2260 code, a station's nine digits or a prison's code.");
        }

        return body.Errors.Count > 0 ? null : (role, jurisdiction);
    }

    /// <summary>An administrator's own jurisdiction; and prisons of the province, which lie in no county's.</summary>
    private static bool Reaches(ClaimsPrincipal administrator, Role role, Jurisdiction jurisdiction) =>
        administrator.Covers(jurisdiction)
        || (role == Role.Prison && jurisdiction.Code.StartsWith(administrator.Actor().Jurisdiction[..2], StringComparison.Ordinal));

    private static async ValueTask<object?> WithinReachAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        Account? account = await FindAsync(http.RequestServices.GetRequiredService<IDocumentStore>(), (string)http.GetRouteValue("userName")!, http.RequestAborted);
        return account is null ? Problems.NotFound()
            : Reaches(http.User, account.Role, Jurisdiction.Parse(account.Jurisdiction)) ? await next(context)
            : Problems.Outside(http.Request);
    }

    private static async Task<Account?> FindAsync(IDocumentStore documents, string userName, CancellationToken cancellation)
    {
        await using IQuerySession session = documents.QuerySession();
        return await session.Query<Account>().FirstOrDefaultAsync(account => account.UserName == userName, cancellation);
    }

    private static AccountView Write(Account account, TimeProvider time) => new(
        account.UserName,
        account.UserName,
        account.Role,
        account.Jurisdiction,
        account.Disabled,
        account.LockoutEnd > time.GetUtcNow() ? Instant.FromDateTimeOffset(account.LockoutEnd.Value) : null,
        account.TwoFactorEnabled,
        account.MustChangePassword);

    [GeneratedRegex("^[a-z][a-z0-9._-]{1,39}$")]
    private static partial Regex UserName();

    /// <summary>An account as administrators see it: nothing that helps to sign in.</summary>
    internal sealed record AccountView(
        string Id, string UserName, Role Role, string Jurisdiction, bool Disabled, Instant? LockedUntil, bool TwoFactorEnabled, bool MustChangePassword);

    internal sealed record AccountPage(IReadOnlyList<AccountView> Items, string? Next);

    /// <summary>Whether the answer carries a new password for one use.</summary>
    internal enum OneTime
    {
        Never,

        /// <summary>Where the account has none yet: a repeat does not tell it again.</summary>
        WhenNone,
        Always,
        WithoutAuthenticator,
    }

    /// <summary>An answer that also holds a password; it is told this once and stored nowhere.</summary>
    internal sealed record AnswerWithPassword(string Id, long Version, IEnumerable<CommandEndpoint.AnswerEvent> Events, string? OneTimePassword);

    /// <summary>Sends a command to the account's grain, then lets the stored account follow, also after a repeat.</summary>
    internal sealed class Sender(CommandEndpoint commands, IGrainFactory grains, AccountBook book)
    {
        public async Task<IResult> SendAsync(
            HttpContext http, string userName, AccountCommand command, RequestBody? body = null, OneTime oneTime = OneTime.Never, Func<string, string>? location = null)
        {
            IResult told = await commands.SendAsync(
                http, body ?? RequestBody.Empty, userName, [], envelope => grains.GetGrain<IAccountGrain>(userName).Execute(command, envelope), location);
            CommandEndpoint.Answer? answer = (told as Ok<CommandEndpoint.Answer>)?.Value ?? (told as Created<CommandEndpoint.Answer>)?.Value;
            if (answer is null)
            {
                return told;
            }

            Account account = await book.FollowAsync(userName);
            if (oneTime == OneTime.Never)
            {
                return told;
            }

            string? password = oneTime == OneTime.WhenNone && account.PasswordHash is not null ? null : AccountBook.NewPassword();
            if (password is not null)
            {
                await book.GivePasswordAsync(userName, password, oneTime == OneTime.WithoutAuthenticator);
            }

            http.Response.Headers.CacheControl = "no-store";
            var full = new AnswerWithPassword(answer.Id, answer.Version, answer.Events, password);
            return location is null ? TypedResults.Ok(full) : TypedResults.Created(location(answer.Id), full);
        }
    }
}
