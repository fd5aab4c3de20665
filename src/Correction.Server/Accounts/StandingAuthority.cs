using System.Security.Claims;
using Correction.Server.Api;
using Marten;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Correction.Server.Accounts;

/// <summary>
/// Whether who signed in still may: a token or cookie says what was true when it was issued, the account says what is.
/// Asked at every request and hub call, so that a disabled account, another role or a new password ends what was issued
/// before at once, on every host.
/// </summary>
internal sealed class StandingAuthority(IDocumentStore documents, IOptions<IdentityOptions> options)
{
    /// <summary>The account behind this principal; null where its authority is gone.</summary>
    public async Task<Account?> FindAsync(ClaimsPrincipal user, CancellationToken cancellation) =>
        Id(user) is { } id && (await FindAsync([id], cancellation)).TryGetValue(id, out Account? account) && Holds(user, account) ? account : null;

    /// <summary>Of these principals, those whose authority is gone.</summary>
    public async Task<IReadOnlyList<T>> LostAsync<T>(IReadOnlyCollection<T> holders, Func<T, ClaimsPrincipal> principal, CancellationToken cancellation)
    {
        Dictionary<string, Account> accounts = await FindAsync([.. holders.Select(holder => Id(principal(holder))).OfType<string>().Distinct()], cancellation);
        return [.. holders.Where(holder => Id(principal(holder)) is not { } id || !accounts.TryGetValue(id, out Account? account) || !Holds(principal(holder), account))];
    }

    /// <summary>A request whose authority is gone goes on as a stranger's: the policies then answer 401 or lead to the sign-in.</summary>
    public async Task VerifyAsync(HttpContext context, RequestDelegate next)
    {
        if (context.User.Identity is { IsAuthenticated: true })
        {
            Account? account = await FindAsync(context.User, context.RequestAborted);
            if (account is null)
            {
                context.User = new ClaimsPrincipal(new ClaimsIdentity());
            }
            else if (account.MustChangePassword && !IsOpenBeforeChange(context.Request.Path))
            {
                await AskForNewPasswordAsync(context);
                return;
            }
        }

        await next(context);
    }

    private static bool IsOpenBeforeChange(PathString path) =>
        path == AuthApi.PasswordPath || path == "/account" || path == "/sign-out" || path == "/sign-in" || path == "/culture" || path.StartsWithSegments("/health");

    private static Task AskForNewPasswordAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments("/api") || context.Request.Path.StartsWithSegments("/hubs"))
        {
            return Problems.Of(
                StatusCodes.Status403Forbidden, "passwordChangeRequired", $"This password was given for one use: POST {AuthApi.PasswordPath} first.").ExecuteAsync(context);
        }

        context.Response.Redirect("/account");
        return Task.CompletedTask;
    }

    private string? Id(ClaimsPrincipal user) => user.FindFirstValue(options.Value.ClaimsIdentity.UserIdClaimType);

    private bool Holds(ClaimsPrincipal user, Account account) =>
        !account.Disabled
        && user.FindFirstValue(options.Value.ClaimsIdentity.SecurityStampClaimType) == account.SecurityStamp
        && user.Actor() is var actor && actor.Role == account.Role && actor.Jurisdiction == account.Jurisdiction;

    private async Task<Dictionary<string, Account>> FindAsync(string[] ids, CancellationToken cancellation)
    {
        await using IQuerySession session = documents.QuerySession();
        return (await session.LoadManyAsync<Account>(cancellation, ids)).ToDictionary(account => account.Id);
    }
}
