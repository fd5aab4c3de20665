using System.Text.Json;
using System.Text.Json.Serialization;
using Correction.Domain.Alerts;
using Correction.Domain.Subjects;
using Correction.Grains;
using Correction.Grains.Serialization;
using Correction.Server.Api;
using Correction.Store;
using Correction.Ledger;
using Correction.Store.Ledger;
using Correction.Store.Recordings;
using Correction.Store.Schema;
using Correction.Store.Tracks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using NodaTime;
using NodaTime.Serialization.SystemTextJson;
using Orleans.Serialization;

namespace Correction.Server.Hosting;

/// <summary>The host's own wiring: clock, JSON, silo, health.</summary>
internal static class HostSetup
{
    public static void AddDefaults(this WebApplicationBuilder builder)
    {
        ListeningPorts.Settle(builder);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.ConfigureForNodaTime(DateTimeZoneProviders.Tzdb);
            options.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase)); // for enums of libraries: days of the week
        });
        builder.Services.AddHealthChecks().AddCheck<ReadyCheck>("silo", tags: ["ready"]);
    }

    public static void AddStoreAndGrains(this WebApplicationBuilder builder, string connectionString)
    {
        builder.Services.AddSingleton(Sealing(builder.Configuration));
        builder.Services.AddSingleton(Archive(builder.Configuration));
        builder.Services.AddSingleton(Recordings(builder.Configuration));
        builder.Services.AddSingleton(Ledger(builder.Configuration));
        builder.Services.AddCorrectionStore(connectionString);
        builder.Services.AddSingleton(provider => Policy(builder.Configuration, provider.GetRequiredService<IClock>()));
        builder.Services.AddCorrectionGrains();
        builder.Services.AddSerializer(serializer => serializer.AddCorrectionSerialization());
        builder.AddSilo(connectionString);
    }

    /// <summary>Everything that must be true before the first request: the schema stands.</summary>
    public static Task PrepareAsync(this WebApplication app) =>
        app.Services.GetRequiredService<StoreSchema>().ApplyAsync(app.Lifetime.ApplicationStopping);

    public static void UseDefaults(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            IHeaderDictionary headers = context.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "same-origin";
            headers.ContentSecurityPolicy =
                "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; connect-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'self'";
            return next(context);
        });
        if (app.Environment.IsProduction())
        {
            app.UseHsts();
        }

        app.UseWhen(IsForPrograms, api =>
        {
            api.UseExceptionHandler(failed => failed.Run(Problems.WriteUnhandledAsync));
            api.UseStatusCodePages(context => Problems.WriteStatusAsync(context.HttpContext));
        });
        app.UseStaticFiles();
    }

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new() { Predicate = check => check.Tags.Contains("ready") }).AllowAnonymous();
    }

    private static bool IsForPrograms(HttpContext context) => context.Request.Path.StartsWithSegments("/api") || context.Request.Path.StartsWithSegments("/ledger");

    private static WatchPolicy Policy(ConfigurationManager configuration, IClock clock) => new(
        SilencePolicySettings.Read(configuration),
        AlertPolicySettings.Read(configuration),
        clock.GetCurrentInstant())
    {
        Warnings = new(
            configuration["Policy:WarningTexts:Silence"] ?? WarningTexts.Default.Silence,
            configuration["Policy:WarningTexts:NoPosition"] ?? WarningTexts.Default.NoPosition),
    };

    private static SealingOptions Sealing(ConfigurationManager configuration) =>
        configuration.GetValue<int?>("Store:SlotSeconds") is { } seconds ? new() { Slot = Duration.FromSeconds(seconds) } : new();

    private static TrackArchiveOptions Archive(ConfigurationManager configuration) =>
        configuration.GetValue<int?>("Tracks:ArchiveAfterMonths") is var after && after < 0
            ? throw new StartRefusedException("Tracks__ArchiveAfterMonths is a number of months, 0 or more; leave it out to archive nothing.")
            : new(after, configuration["Tracks:ArchiveTablespace"] is { Length: > 0 } place ? place : null);

    private static RecordingOptions Recordings(ConfigurationManager configuration) => new(
        configuration["Recordings:Directory"] is { Length: > 0 } given ? given : Path.Combine(DatabaseStartup.DataDirectory(configuration), "recordings"))
    {
        Objects = ObjectSettings.Recordings(configuration),
    };

    private static LedgerOptions Ledger(ConfigurationManager configuration)
    {
        string keys = configuration["Ledger:KeyDirectory"] is { Length: > 0 } given ? given : Path.Combine(DatabaseStartup.DataDirectory(configuration), "ledger");
        LedgerOptions standard = new(keys);
        return standard with
        {
            Origin = configuration["Ledger:Origin"] is { Length: > 0 } origin ? origin : standard.Origin,
            Witnesses = [.. configuration.GetSection("Ledger:Witnesses").GetChildren().Select(Witness)],
            WitnessPeriod = TimeSpan.FromSeconds(configuration.GetValue("Ledger:WitnessSeconds", standard.WitnessPeriod.TotalSeconds)),
            Published = ObjectSettings.Published(configuration),
            PublishPeriod = configuration.GetValue<int?>("Ledger:PublishSeconds") switch
            {
                null => standard.PublishPeriod,
                < 1 => throw new StartRefusedException("Ledger__PublishSeconds is a number of seconds, 1 or more."),
                { } seconds => TimeSpan.FromSeconds(seconds),
            },
        };
    }

    private static Witness Witness(IConfigurationSection given)
    {
        string place = $"Ledger__Witnesses__{given.Key}";
        if (!Uri.TryCreate(given["Url"], UriKind.Absolute, out Uri? url) || !url.Scheme.StartsWith("http", StringComparison.Ordinal))
        {
            throw new StartRefusedException($"{place}__Url is the address of a witness, such as https://witness.example.gov.cn.");
        }

        try
        {
            return VerifierKey.Parse(given["Key"] ?? string.Empty) is { Type: NoteKeyType.Cosignature } key
                ? new Witness(url, key)
                : throw new FormatException("It is no cosigning key (type 4).");
        }
        catch (FormatException bad)
        {
            throw new StartRefusedException($"{place}__Key is the verifier key that the witness gave you: {bad.Message}");
        }
    }
}

/// <summary>Ready when the host has started: schema applied, silo active.</summary>
internal sealed class ReadyCheck(IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(lifetime.ApplicationStarted.IsCancellationRequested ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("starting"));
}
