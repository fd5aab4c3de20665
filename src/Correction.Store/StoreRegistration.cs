using Correction.Store.Journaling;
using Correction.Store.Reading;
using Correction.Store.Schema;
using Correction.Store.Tracks;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NodaTime;
using NodaTime.Extensions;
using Npgsql;

namespace Correction.Store;

/// <summary>The store's services.</summary>
public static class StoreRegistration
{
    /// <summary>
    /// Registers data source, Marten, Journal and readers on one database. <see cref="StoreSchema.ApplyAsync"/> comes
    /// before the first use. A <see cref="TimeProvider"/> registered by the host is the only clock.
    /// </summary>
    public static IServiceCollection AddCorrectionStore(this IServiceCollection services, string connectionString)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IClock>(provider => provider.GetRequiredService<TimeProvider>().ToClock());
        services.AddSingleton(_ => NpgsqlDataSource.Create(Pooled(connectionString)));
        services.AddMarten(provider =>
            {
                var options = new StoreOptions();
                options.Connection(provider.GetRequiredService<NpgsqlDataSource>());
                MartenSetup.Configure(options, provider.GetRequiredService<TimeProvider>());
                return options;
            })
            .AddAsyncDaemon(JasperFx.Events.Daemon.DaemonMode.HotCold);

        services.TryAddSingleton(new JournalOptions());
        services.TryAddSingleton(new SealingOptions());
        services.AddSingleton<StoreSchema>();
        services.AddSingleton<InboxPartitions>();
        services.AddSingleton<GroupCommit>();
        services.AddSingleton<Journal>();
        services.AddHostedService(provider => provider.GetRequiredService<Journal>());
        services.AddSingleton<Sealer>();
        services.AddHostedService<Housekeeping>();
        services.AddSingleton<EventReader>();
        services.AddSingleton<TrackReader>();
        services.AddSingleton<PersonalStore>();
        services.AddSingleton<ReceiptReader>();
        services.AddSingleton<JurisdictionReader>();
        services.AddSingleton<SubjectIndex>();
        services.AddSingleton<AlertIndex>();
        services.AddSingleton<QuarantineStore>();
        services.AddSingleton<DeadlineStore>();
        services.AddSingleton<Freshness>();
        return services;
    }

    /// <summary>
    /// Acknowledged means durable, also on a server whose administrator chose otherwise for other databases. Error detail
    /// would carry row values, personal ones among them, into logs.
    /// </summary>
    private static string Pooled(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = "correction", IncludeErrorDetail = false };
        builder.Options = $"{builder.Options} -c synchronous_commit=on".TrimStart();
        return builder.ConnectionString;
    }
}
