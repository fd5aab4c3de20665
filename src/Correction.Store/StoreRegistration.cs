using Correction.Store.Exports;
using Correction.Store.Journaling;
using Correction.Store.Ledger;
using Correction.Store.Messages;
using Correction.Store.Reading;
using Correction.Store.Rebuilding;
using Correction.Store.Recordings;
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
    /// Registers connections, Marten, Journal and readers on one database. <see cref="StoreSchema.ApplyAsync"/> comes
    /// before the first use. A <see cref="TimeProvider"/> registered by the host is the only clock.
    /// </summary>
    public static IServiceCollection AddCorrectionStore(this IServiceCollection services, string connectionString)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IClock>(provider => provider.GetRequiredService<TimeProvider>().ToClock());
        services.AddConnectionPools(connectionString);
        services.AddMarten(provider =>
            {
                var options = new StoreOptions();
                options.Connection(provider.GetRequiredKeyedService<NpgsqlDataSource>(ConnectionPools.Documents));
                MartenSetup.Configure(options, provider.GetRequiredService<TimeProvider>());
                return options;
            })
            .AddAsyncDaemon(JasperFx.Events.Daemon.DaemonMode.HotCold);

        services.TryAddSingleton(new JournalOptions());
        services.TryAddSingleton(new SealingOptions());
        services.TryAddSingleton(new TrackArchiveOptions());
        services.AddSingleton<StoreSchema>();
        services.AddSingleton<InboxPartitions>();
        services.AddSingleton<MonthPartitions>();
        services.AddSingleton<SealedTracks>();
        services.AddSingleton<GroupCommit>();
        services.AddSingleton<Journal>();
        services.AddHostedService(provider => provider.GetRequiredService<Journal>());
        services.AddSingleton<Sealer>();
        services.AddSingleton<TrackArchive>();
        services.AddHostedService<Housekeeping>();
        services.AddSingleton<EventReader>();
        services.AddSingleton<TrackReader>();
        services.AddSingleton(Waking);
        services.AddSingleton<PersonalStore>();
        services.AddSingleton<ReceiptReader>();
        services.AddSingleton<JurisdictionReader>();
        services.AddSingleton<SubjectIndex>();
        services.AddSingleton<AlertIndex>();
        services.AddSingleton<AlertStatistics>();
        services.AddSingleton<VisitStatistics>();
        services.AddSingleton<VisitIndex>();
        services.AddSingleton<WorkReportReader>();
        services.AddSingleton<PastReader>();
        services.AddSingleton<PastPositions>();
        services.AddSingleton<QuarantineStore>();
        services.AddSingleton<DeadlineStore>();
        services.AddSingleton<MessageOutbox>();
        services.AddSingleton<Freshness>();
        services.AddSingleton<RebuildRuns>();
        services.AddSingleton<ProjectionRebuild>();
        services.TryAddSingleton(new RecordingOptions(Path.Combine(Postgres.PostgresOptions.DefaultDataDirectory, "recordings")));
        services.AddSingleton<ChunkLog>();
        services.AddSingleton<RecordingMove>();
        services.AddSingleton<RecordingArchive>();
        services.AddHostedService<RecordingMoving>();
        services.TryAddSingleton(new ExportOptions(Path.Combine(Postgres.PostgresOptions.DefaultDataDirectory, "exports")));
        services.AddSingleton<ExportBook>();
        services.AddSingleton<ExportFiles>();
        services.TryAddSingleton(new LedgerOptions(Path.Combine(Postgres.PostgresOptions.DefaultDataDirectory, "ledger")));
        services.AddSingleton<SettledSequence>();
        services.AddSingleton<LedgerTree>();
        services.AddSingleton<LedgerLeaves>();
        services.AddSingleton<LedgerKeys>();
        services.AddSingleton<LedgerCheckpoints>();
        services.AddSingleton<LedgerStates>();
        services.AddSingleton<LedgerSealer>();
        services.AddHostedService<LedgerService>();
        services.AddSingleton<LedgerWitnesses>();
        services.AddHostedService<WitnessService>();
        services.AddSingleton<LedgerPublisher>();
        services.AddHostedService<LedgerPublishing>();
        return services;
    }

    private static WakeReader Waking(IServiceProvider provider)
    {
        NpgsqlDataSource standing = provider.GetRequiredKeyedService<NpgsqlDataSource>(ConnectionPools.Standing);
        SealedTracks tracks = ActivatorUtilities.CreateInstance<SealedTracks>(provider, standing);
        return new(ActivatorUtilities.CreateInstance<EventReader>(provider, standing), ActivatorUtilities.CreateInstance<TrackReader>(provider, standing, tracks));
    }
}
