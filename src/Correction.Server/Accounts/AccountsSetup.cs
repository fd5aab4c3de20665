using Correction.Domain;
using Correction.Server.Api;
using Marten;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace Correction.Server.Accounts;

/// <summary>Accounts: a cookie for pages, a bearer token for API and hubs; whatever names no policy needs a signed-in user.</summary>
internal static class AccountsSetup
{
    private const string AnyScheme = "cookie-or-bearer";

    public static void AddAccounts(this WebApplicationBuilder builder)
    {
        IServiceCollection services = builder.Services;
        services.ConfigureMarten(options =>
        {
            options.Schema.For<Account>().UniqueIndex(account => account.NormalizedUserName).UseOptimisticConcurrency(true)
                .Metadata(metadata => metadata.Version.MapTo(account => account.Version));
            options.Schema.For<UsedCode>();
            options.Schema.For<ProtectionKey>();
        });
        services.AddDataProtection().SetApplicationName("Correction");
        services.AddSingleton<KeyRing>();
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider =>
            new ConfigureOptions<KeyManagementOptions>(options => options.XmlRepository = provider.GetRequiredService<KeyRing>()));

        services.AddIdentityCore<Account>(options =>
            {
                options.Password.RequiredLength = 10;
                (options.Password.RequireDigit, options.Password.RequireLowercase) = (false, false);
                (options.Password.RequireNonAlphanumeric, options.Password.RequireUppercase) = (false, false); // length counts (NIST SP 800-63B)
                options.Lockout.MaxFailedAccessAttempts = 5;
                options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
            })
            .AddUserStore<AccountStore>()
            .AddSignInManager()
            .AddClaimsPrincipalFactory<CurrentActor.Factory>()
            .AddTokenProvider<AuthenticatorCodes>(TokenOptions.DefaultAuthenticatorProvider);
        services.AddSingleton<StandingAuthority>();
        services.AddSingleton<HubSessions>();
        services.AddHostedService(provider => provider.GetRequiredService<HubSessions>());
        services.Configure<HubOptions>(options => options.AddFilter<HubSessions>());
        services.AddScoped<AccountBook>();
        services.AddScoped<AccountsApi.Sender>();
        builder.AddSignInLimits();
        AddSchemes(services);
        AddPolicies(services);
        services.AddAntiforgery(options => options.HeaderName = "X-CSRF-TOKEN");
        services.AddSingleton<AlertHandlers>();
        services.AddHostedService<DemoAccounts>();
        services.AddHostedService<FirstAdministrator>();
    }

    public static void UseAccounts(this WebApplication app)
    {
        app.UseSignInLimits();
        app.UseAuthentication();
        app.Use(app.Services.GetRequiredService<StandingAuthority>().VerifyAsync);
        app.UseAuthorization();
        app.UseAntiforgery();
        app.UseWhen(IsCommandByCookie, api => api.Use(async (context, next) =>
        {
            if (await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context))
            {
                await next(context);
            }
            else
            {
                await Problems.Of(StatusCodes.Status400BadRequest, "antiforgery", "Send X-CSRF-TOKEN from the page's meta tag, or use a bearer token.").ExecuteAsync(context);
            }
        }));
    }

    /// <summary>A browser attaches the cookie by itself, also for a stranger's page; a bearer token it does not.</summary>
    private static bool IsCommandByCookie(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/api") && !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method)
        && context.User.Identity is { IsAuthenticated: true } && context.Request.Headers.Authorization.Count == 0;

    private static void AddSchemes(IServiceCollection services)
    {
        services.AddAuthentication(AnyScheme)
            .AddPolicyScheme(AnyScheme, null, options => options.ForwardDefaultSelector = context =>
                context.Request.Headers.Authorization.Count > 0 || context.Request.Query.ContainsKey("access_token")
                    ? IdentityConstants.BearerScheme
                    : IdentityConstants.ApplicationScheme)
            .AddCookie(IdentityConstants.ApplicationScheme, ConfigureCookie)
            .AddCookie(IdentityConstants.ExternalScheme)
            .AddCookie(IdentityConstants.TwoFactorUserIdScheme, options => options.ExpireTimeSpan = TimeSpan.FromMinutes(5))
            .AddBearerToken(IdentityConstants.BearerScheme, options => options.Events = new BearerTokenEvents
            {
                OnMessageReceived = context =>
                {
                    if (context.HttpContext.Request.Path.StartsWithSegments("/hubs"))
                    {
                        context.Token = context.Request.Query["access_token"]; // a browser's WebSocket carries no headers
                    }

                    return Task.CompletedTask;
                },
            });
    }

    private static void ConfigureCookie(CookieAuthenticationOptions options)
    {
        options.LoginPath = "/sign-in";
        options.AccessDeniedPath = "/denied";
        options.ReturnUrlParameter = "returnUrl";
        options.ExpireTimeSpan = TimeSpan.FromHours(10);
        options.Cookie.Name = "correction";
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Events.OnRedirectToLogin = context => AnswerOrRedirect(context, StatusCodes.Status401Unauthorized);
        options.Events.OnRedirectToAccessDenied = context => AnswerOrRedirect(context, StatusCodes.Status403Forbidden);
    }

    /// <summary>A program is told the status; a person is led to a page.</summary>
    private static Task AnswerOrRedirect(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        if (context.Request.Path.StartsWithSegments("/api") || context.Request.Path.StartsWithSegments("/hubs") || context.Request.Path.StartsWithSegments("/ledger"))
        {
            context.Response.StatusCode = status;
        }
        else
        {
            context.Response.Redirect(context.RedirectUri);
        }

        return Task.CompletedTask;
    }

    private static void AddPolicies(IServiceCollection services) => services.AddAuthorizationBuilder()
        .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build())
        .AddPolicy(Policies.ReadSubjects, Roles(Role.Officer, Role.Approver, Role.Leader, Role.Auditor))
        .AddPolicy(Policies.DecideAsOfficer, Roles(Role.Officer, Role.Approver))
        .AddPolicy(Policies.BindDevices, Roles(Role.Officer, Role.Approver, Role.Admin))
        .AddPolicy(Policies.Approve, Roles(Role.Approver))
        .AddPolicy(Policies.Erase, Roles(Role.Leader))
        .AddPolicy(Policies.DecideOnLeaves, Roles(Role.Officer, Role.Approver, Role.Leader))
        .AddPolicy(Policies.Audit, Roles(Role.Auditor))
        .AddPolicy(Policies.Administer, Roles(Role.Admin))
        .AddPolicy(Policies.ImportRecords, Roles(Role.Approver, Role.Admin))
        .AddPolicy(Policies.ReadVisits, Roles(Role.Family, Role.Officer, Role.Approver, Role.Leader, Role.Prison, Role.Auditor))
        .AddPolicy(Policies.ApplyForVisits, Roles(Role.Family, Role.Officer, Role.Approver))
        .AddPolicy(Policies.VisitAsFamily, Roles(Role.Family))
        .AddPolicy(Policies.ChangeVisits, Roles(Role.Family, Role.Officer, Role.Approver, Role.Prison))
        .AddPolicy(Policies.ConductVisits, Roles(Role.Officer, Role.Approver, Role.Prison))
        .AddPolicy(Policies.CountVisits, Roles(Role.Officer, Role.Approver, Role.Leader, Role.Prison, Role.Auditor))
        .AddPolicy(Policies.TakeVisitCaseFiles, Roles(Role.Officer, Role.Approver, Role.Leader, Role.Prison, Role.Auditor))
        .AddPolicy(Policies.DecideAsPrison, Roles(Role.Prison));

    private static AuthorizationPolicy Roles(params Role[] roles) =>
        new AuthorizationPolicyBuilder().RequireRole(roles.Select(role => role.ToString())).Build();
}
