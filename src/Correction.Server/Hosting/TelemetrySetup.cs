using Correction.Store;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Correction.Server.Hosting;

/// <summary>Metrics over OTLP, where an endpoint is configured (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>); otherwise nothing leaves the host.</summary>
internal static class TelemetrySetup
{
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            return;
        }

        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("correction"))
            .WithMetrics(metrics => metrics.AddMeter(Telemetry.MeterName, "System.Runtime", "Microsoft.AspNetCore.Hosting").AddOtlpExporter());
    }
}
