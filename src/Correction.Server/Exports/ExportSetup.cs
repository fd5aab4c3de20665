using Correction.Server.Hosting;
using Correction.Store.Exports;
using NodaTime;

namespace Correction.Server.Exports;

/// <summary>Exports of events that run as jobs: where their files stand, how long they are kept, and the host's part of writing them.</summary>
internal static class ExportSetup
{
    public static void AddExports(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(Read(builder.Configuration));
        builder.Services.AddSingleton<ExportDesk>();
        builder.Services.AddHostedService<ExportRunner>();
    }

    private static ExportOptions Read(ConfigurationManager configuration)
    {
        string directory = configuration["Exports:Directory"] is { Length: > 0 } given ? given : Path.Combine(DatabaseStartup.DataDirectory(configuration), "exports");
        var options = new ExportOptions(directory);
        return options with
        {
            Kept = Duration.FromDays(AtLeastOne(configuration, "Exports:KeepDays", (int)options.Kept.TotalDays, "a number of days")),
            Part = AtLeastOne(configuration, "Exports:PartEvents", options.Part, "a number of events"),
        };
    }

    private static int AtLeastOne(ConfigurationManager configuration, string key, int standard, string what) =>
        configuration[key] is not { Length: > 0 } text ? standard
        : int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out int number) && number > 0 ? number
        : throw new StartRefusedException($"{key.Replace(":", "__", StringComparison.Ordinal)} is {what}, 1 or more.");
}
