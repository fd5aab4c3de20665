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
    public static void MapAccounts(this WebApplication app)
    {
        RouteGroupBuilder auth = app.MapGroup("/api/v1/auth").AllowAnonymous().WithTags("Authentication");
        auth.MapPost("/login", LogIn);
        auth.MapPost("/refresh", Refresh);
    }

    /// <summary>The same answer for an unknown name and a wrong password.</summary>
    private static async Task<Results<EmptyHttpResult, ProblemHttpResult>> LogIn(LogInRequest request, SignInManager<Account> signIn)
    {
        if (string.IsNullOrEmpty(request.UserName) || string.IsNullOrEmpty(request.Password))
        {
            return Problems.Malformed(("userName", "Give userName and password."));
        }

        signIn.AuthenticationScheme = IdentityConstants.BearerScheme;
        Account? account = await signIn.UserManager.FindByNameAsync(request.UserName);
        if (account is null or { Disabled: true })
        {
            signIn.UserManager.PasswordHasher.HashPassword(new Account(), request.Password); // takes as long as checking one
            return Wrong();
        }

        SignInResult result = await signIn.CheckPasswordSignInAsync(account, request.Password, lockoutOnFailure: true);
        if (result.IsLockedOut)
        {
            return Problems.Of(StatusCodes.Status429TooManyRequests, "lockedOut", "Too many wrong passwords: wait five minutes.");
        }

        if (!result.Succeeded)
        {
            return Wrong();
        }

        if (account.TwoFactorEnabled && !await HasSecondFactorAsync(signIn.UserManager, account, request.TwoFactorCode))
        {
            return Problems.Of(StatusCodes.Status401Unauthorized, "twoFactorRequired", "Give twoFactorCode, the six digits of your authenticator.");
        }

        await signIn.SignInAsync(account, isPersistent: false);
        return TypedResults.Empty;
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

    private static async Task<bool> HasSecondFactorAsync(UserManager<Account> accounts, Account account, string? code) =>
        code is not null && await accounts.VerifyTwoFactorTokenAsync(account, TokenOptions.DefaultAuthenticatorProvider, code);

    private static ProblemHttpResult Wrong() =>
        Problems.Of(StatusCodes.Status401Unauthorized, "credentialsWrong", "User name or password is wrong.");

    internal sealed record LogInRequest(string? UserName, string? Password, string? TwoFactorCode);

    internal sealed record RefreshRequest(string? RefreshToken);
}
