using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;
using Correction.Domain.Alerts;
using Correction.Domain.Subjects;
using Correction.Grains;
using Correction.Grains.Serialization;
using Correction.Server.Api;
using Correction.Store;
using Correction.Store.Schema;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using NodaTime;
using NodaTime.Serialization.SystemTextJson;
using Orleans.Serialization;

namespace Correction.Server.Hosting;

/// <summary>The host's own wiring: clock, JSON, silo, health.</summary>
internal static class HostSetup
{
    private const string DefaultUrl = "http://localhost:5080";

    public static void AddDefaults(this WebApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration["urls"]))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

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
        builder.Services.AddCorrectionStore(connectionString);
        builder.Services.AddSingleton(provider => Policy(builder.Configuration, provider.GetRequiredService<IClock>()));
        builder.Services.AddCorrectionGrains();
        builder.Services.AddSerializer(serializer => serializer.AddCorrectionSerialization());
        builder.UseOrleans(silo =>
        {
            if (builder.Configuration["Cluster:Mode"] == "adoNet")
            {
                silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", connectionString));
                silo.ConfigureEndpoints(
                    builder.Configuration.GetValue("Cluster:SiloPort", 11111), builder.Configuration.GetValue("Cluster:GatewayPort", 30000));
            }
            else
            {
                silo.UseLocalhostClustering(FreePort(), FreePort());
            }
        });
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

    private static bool IsForPrograms(HttpContext context) => context.Request.Path.StartsWithSegments("/api");

    private static WatchPolicy Policy(ConfigurationManager configuration, IClock clock) => new(
        new SilencePolicy(
            Minutes(configuration, "Policy:SilenceMinutes:Bracelet", SilencePolicy.Default.Bracelet),
            Minutes(configuration, "Policy:SilenceMinutes:Phone", SilencePolicy.Default.Phone)),
        new AlertPolicy(
            Minutes(configuration, "Policy:AlertMinutes:Critical", AlertPolicy.Default.Critical),
            Minutes(configuration, "Policy:AlertMinutes:Warning", AlertPolicy.Default.Warning)),
        clock.GetCurrentInstant());

    private static Duration Minutes(ConfigurationManager configuration, string key, Duration standard) =>
        configuration.GetValue<double?>(key) is { } minutes ? Duration.FromMinutes(minutes) : standard;

    /// <summary>A silo of one needs no fixed port, and two copies on one machine must not meet.</summary>
    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}

/// <summary>Ready when the host has started: schema applied, silo active.</summary>
internal sealed class ReadyCheck(IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(lifetime.ApplicationStarted.IsCancellationRequested ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("starting"));
}
