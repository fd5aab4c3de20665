using System.Security.Claims;
using Correction.Server.Api;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Correction.Server.Accounts;

/// <summary>Bearer tokens for programs: log in, refresh.</summary>
internal static class AuthApi
{
    public const string PasswordPath = "/api/v1/auth/password";

    public static void MapAccounts(this WebApplication app)
    {
        RouteGroupBuilder auth = app.MapGroup("/api/v1/auth").AllowAnonymous().WithTags("Authentication");
        auth.MapPost("/login", LogIn);
        auth.MapPost("/refresh", Refresh);
        app.MapPost(PasswordPath, ChangePassword).WithTags("Authentication").RequireAuthorization();
    }

    /// <summary>The same answer for an unknown name and a wrong password. Wrong codes count like wrong passwords.</summary>
    private static async Task<Results<EmptyHttpResult, ProblemHttpResult>> LogIn(HttpContext http, LogInRequest request, SignInManager<Account> signIn, TimeProvider time)
    {
        if (string.IsNullOrEmpty(request.UserName) || string.IsNullOrEmpty(request.Password))
        {
            return Problems.Malformed(("userName", "Give userName and password."));
        }

        signIn.AuthenticationScheme = IdentityConstants.BearerScheme;
        UserManager<Account> accounts = signIn.UserManager;
        Account? account = await accounts.FindByNameAsync(request.UserName);
        if (account is null or { Disabled: true } or { PasswordHash: null })
        {
            accounts.PasswordHasher.HashPassword(new Account(), request.Password); // takes as long as checking one
            return Wrong();
        }

        SignInResult result = await signIn.CheckPasswordSignInAsync(account, request.Password, lockoutOnFailure: true);
        if (!result.Succeeded)
        {
            return result.IsLockedOut ? LockedOut(http, account, time) : Wrong();
        }

        if (account.TwoFactorEnabled && await CheckSecondFactorAsync(http, accounts, account, request.TwoFactorCode, time) is { } refused)
        {
            return refused;
        }

        await signIn.SignInAsync(account, isPersistent: false);
        return TypedResults.Empty;
    }

    /// <summary>Null where the code is right.</summary>
    private static async Task<ProblemHttpResult?> CheckSecondFactorAsync(HttpContext http, UserManager<Account> accounts, Account account, string? code, TimeProvider time)
    {
        if (string.IsNullOrEmpty(code))
        {
            return Problems.Of(StatusCodes.Status401Unauthorized, "twoFactorRequired", "Give twoFactorCode, the six digits of your authenticator.");
        }

        if (await accounts.VerifyTwoFactorTokenAsync(account, TokenOptions.DefaultAuthenticatorProvider, code))
        {
            return (await accounts.ResetAccessFailedCountAsync(account)).Succeeded ? null : Wrong(); // changed meanwhile: log in anew
        }

        await accounts.AccessFailedAsync(account);
        return await accounts.IsLockedOutAsync(account)
            ? LockedOut(http, account, time)
            : Problems.Of(StatusCodes.Status401Unauthorized, "twoFactorWrong", "The code is wrong, or was used before: wait for the next one.");
    }

    /// <summary>Sets one's own password; what was issued before ends with the old one.</summary>
    private static async Task<Results<NoContent, ProblemHttpResult>> ChangePassword(HttpContext http, ChangePasswordRequest request, UserManager<Account> accounts, TimeProvider time)
    {
        Account account = (await accounts.GetUserAsync(http.User))!; // the account was found when the token was taken
        if (await accounts.IsLockedOutAsync(account))
        {
            return LockedOut(http, account, time);
        }

        if (!await accounts.CheckPasswordAsync(account, request.CurrentPassword ?? string.Empty))
        {
            await accounts.AccessFailedAsync(account);
            return Problems.Of(StatusCodes.Status401Unauthorized, "credentialsWrong", "The current password is wrong.");
        }

        if (request.NewPassword == request.CurrentPassword)
        {
            return Problems.Malformed(("newPassword", "Another one than before."));
        }

        IdentityResult changed = await accounts.ChangePasswordAsync(account, request.CurrentPassword!, request.NewPassword ?? string.Empty);
        return changed.Succeeded
            ? TypedResults.NoContent()
            : Problems.Malformed(changed.Errors.Select(error => ("newPassword", error.Description)));
    }

    private static async Task<Results<SignInHttpResult, ProblemHttpResult>> Refresh(
        RefreshRequest request, SignInManager<Account> signIn, IOptionsMonitor<BearerTokenOptions> options, TimeProvider time)
    {
        var ticket = options.Get(IdentityConstants.BearerScheme).RefreshTokenProtector.Unprotect(request.RefreshToken);
        if (ticket?.Properties.ExpiresUtc is not { } expires || expires <= time.GetUtcNow()
            || await signIn.ValidateSecurityStampAsync(ticket.Principal) is not { Disabled: false } account)
        {
            return Problems.Of(StatusCodes.Status401Unauthorized, "refreshTokenInvalid", "The refresh token is expired or void: log in again.");
        }

        ClaimsPrincipal principal = await signIn.CreateUserPrincipalAsync(account);
        return TypedResults.SignIn(principal, authenticationScheme: IdentityConstants.BearerScheme);
    }

    private static ProblemHttpResult Wrong() =>
        Problems.Of(StatusCodes.Status401Unauthorized, "credentialsWrong", "User name or password is wrong.");

    private static ProblemHttpResult LockedOut(HttpContext http, Account account, TimeProvider time)
    {
        double seconds = account.LockoutEnd is { } until ? Math.Max(1, Math.Ceiling((until - time.GetUtcNow()).TotalSeconds)) : 1;
        http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Problems.Of(StatusCodes.Status429TooManyRequests, "lockedOut", "Too many wrong passwords or codes: wait as Retry-After says.");
    }

    internal sealed record LogInRequest(string? UserName, string? Password, string? TwoFactorCode);

    internal sealed record RefreshRequest(string? RefreshToken);

    internal sealed record ChangePasswordRequest(string? CurrentPassword, string? NewPassword);
}
