using System.Globalization;
using System.Security.Claims;
using System.Text.Json;
using System.Threading.RateLimiting;
using Correction.Server.Api;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Correction.Server.Accounts;

/// <summary>
/// How often one may try to sign in: per address, so that one machine cannot try many accounts, and per account name, so
/// that many machines cannot try one. Counted per host. <c>SignIn:PerMinute:Address</c> and <c>SignIn:PerMinute:Account</c>.
/// </summary>
internal static class SignInLimits
{
    private const int StandardPerAddress = 60;
    private const int StandardPerAccount = 10;
    private const int LargestBody = 16 * 1024;
    private const string NameKey = "sign-in-name";
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    public static void AddSignInLimits(this WebApplicationBuilder builder) => builder.Services.AddRateLimiter(options =>
    {
        int perAddress = builder.Configuration.GetValue("SignIn:PerMinute:Address", StandardPerAddress);
        int perAccount = builder.Configuration.GetValue("SignIn:PerMinute:Account", StandardPerAccount);
        options.GlobalLimiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, string>(context => IsSignIn(context.Request)
                ? Sliding(context.Connection.RemoteIpAddress?.ToString() ?? string.Empty, perAddress)
                : RateLimitPartition.GetNoLimiter(string.Empty)),
            PartitionedRateLimiter.Create<HttpContext, string>(context => context.Items[NameKey] is string name
                ? Sliding(name, perAccount)
                : RateLimitPartition.GetNoLimiter(string.Empty)));
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.OnRejected = async (rejected, _) => await TellAsync(rejected.HttpContext, rejected.Lease);
    });

    /// <summary>Before the accounts: what is turned away costs no password hash.</summary>
    public static void UseSignInLimits(this WebApplication app)
    {
        app.UseWhen(context => IsSignIn(context.Request), signIn => signIn.Use(async (context, next) =>
        {
            context.Items[NameKey] = (await NameAsync(context))?.ToUpperInvariant();
            await next(context);
        }));
        app.UseRateLimiter();
    }

    private static bool IsSignIn(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) && (request.Path.StartsWithSegments("/api/v1/auth") || request.Path == "/sign-in");

    private static RateLimitPartition<string> Sliding(string key, int perMinute) => RateLimitPartition.GetSlidingWindowLimiter(
        key, _ => new SlidingWindowRateLimiterOptions { PermitLimit = perMinute, Window = Window, SegmentsPerWindow = 6, QueueLimit = 0 });

    /// <summary>A page answers for people, problem details for programs.</summary>
    private static async Task TellAsync(HttpContext context, RateLimitLease lease)
    {
        TimeSpan wait = lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan told) ? told : Window / 6;
        context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (context.Request.Path.StartsWithSegments("/api"))
        {
            await Problems.Of(StatusCodes.Status429TooManyRequests, "tooManyAttempts", "Too many attempts to sign in: wait as Retry-After says.").ExecuteAsync(context);
        }
    }

    /// <summary>Whose account is tried: the name in the body, or the one that the token holds.</summary>
    private static async Task<string?> NameAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = LargestBody;
        }

        if (context.Request.HasFormContentType)
        {
            return (await context.Request.ReadFormAsync(context.RequestAborted))["UserName"].ToString() is { Length: > 0 } named ? named : null;
        }

        context.Request.EnableBuffering(LargestBody);
        try
        {
            using JsonDocument body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            return Text(body.RootElement, "userName") ?? (Text(body.RootElement, "refreshToken") is { } token ? Holder(context, token) : null);
        }
        catch (JsonException)
        {
            return null; // the endpoint says what is wrong with it
        }
        finally
        {
            context.Request.Body.Position = 0;
        }
    }

    private static string? Holder(HttpContext context, string refreshToken) => context.RequestServices
        .GetRequiredService<IOptionsMonitor<BearerTokenOptions>>().Get(IdentityConstants.BearerScheme)
        .RefreshTokenProtector.Unprotect(refreshToken)?.Principal.FindFirstValue(ClaimTypes.Name);

    private static string? Text(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
