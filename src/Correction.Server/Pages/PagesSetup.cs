using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Correction.Server.Accounts;
using Correction.Server.Api;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.WebEncoders;

namespace Correction.Server.Pages;

/// <summary>Pages rendered on the server, in Chinese or English; they read and submit without script.</summary>
internal static class PagesSetup
{
    private static readonly CultureInfo[] Cultures = [CultureInfo.GetCultureInfo("zh-CN"), CultureInfo.GetCultureInfo("en")];

    public static void AddPages(this WebApplicationBuilder builder)
    {
        builder.Services.AddRazorComponents();
        builder.Services.AddLocalization();
        builder.Services.AddSingleton<Stations>();
        builder.Services.AddSingleton<Looks>();
        builder.Services.AddSingleton<Audit.ReplayScenes>();
        builder.Services.AddSingleton<Visits.BookableDays>();
        builder.Services.TryAddSingleton<SubjectDirectory>();
        builder.Services.AddHttpContextAccessor();
        builder.Services.Configure<WebEncoderOptions>(options => options.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        builder.Services.Configure<RequestLocalizationOptions>(options =>
        {
            options.DefaultRequestCulture = new RequestCulture(Cultures[0]);
            (options.SupportedCultures, options.SupportedUICultures) = (Cultures, Cultures);
            options.RequestCultureProviders = [new CookieRequestCultureProvider()]; // the office's language, unless a person chose another
        });
    }

    /// <summary>Language, and pages in place of bare statuses and failures. Before the accounts, so that it sees their answers.</summary>
    public static void UsePages(this WebApplication app)
    {
        app.UseRequestLocalization();
        app.UseExceptionHandler("/error", createScopeForErrors: true);
        app.UseStatusCodePagesWithReExecute("/status/{0}", createScopeForStatusCodePages: true);
        app.Use((context, next) =>
        {
            if (context.Features.Get<IStatusCodeReExecuteFeature>() is not null || context.Features.Get<IExceptionHandlerFeature>() is not null)
            {
                context.Request.Method = HttpMethods.Get; // the page that says so is read, whatever was sent
            }
            else if (!IsForPeople(context) && context.Features.Get<IStatusCodePagesFeature>() is { } pages)
            {
                pages.Enabled = false;
            }

            return next(context);
        });
        app.UseRouting(); // here, so that the pages above are routed like any other
    }

    public static void MapPages(this WebApplication app)
    {
        app.MapRazorComponents<App>();
        app.MapGet("/culture", ChooseCulture).AllowAnonymous().ExcludeFromDescription();
        app.MapPost("/sign-out", SignOutAsync).WithMetadata(new RequireAntiforgeryTokenAttribute()).AllowAnonymous().ExcludeFromDescription();
    }

    private static bool IsForPeople(HttpContext context) =>
        !context.Request.Path.StartsWithSegments("/api") && !context.Request.Path.StartsWithSegments("/hubs")
        && !context.Request.Path.StartsWithSegments("/health") && !context.Request.Path.StartsWithSegments("/openapi");

    private static RedirectHttpResult ChooseCulture(HttpContext context, TimeProvider time, string? c, string? returnUrl)
    {
        if (Cultures.Any(culture => culture.Name == c))
        {
            context.Response.Cookies.Append(
                CookieRequestCultureProvider.DefaultCookieName,
                CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(c!)),
                new CookieOptions { Expires = time.GetUtcNow().AddYears(1), SameSite = SameSiteMode.Lax, IsEssential = true, HttpOnly = true, Secure = context.Request.IsHttps });
        }

        return TypedResults.LocalRedirect(LocalUrl.OrHome(returnUrl));
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, SignInManager<Account> signIn)
    {
        if (context.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false })
        {
            return TypedResults.StatusCode(StatusCodes.Status400BadRequest);
        }

        await signIn.SignOutAsync();
        return TypedResults.LocalRedirect("/sign-in");
    }
}
