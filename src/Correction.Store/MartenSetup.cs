using Correction.Domain;
using Correction.Domain.Tracks;
using Correction.Projections;
using Correction.Store.Schema;
using Correction.Store.Tracks;
using JasperFx.Events;
using Marten;

namespace Correction.Store;

/// <summary>How Marten keeps our events: string keys, frozen names, headers, JSON as on the wire.</summary>
public static class MartenSetup
{
    /// <param name="readModels">Schema of the read models; the events stand in <see cref="StoreSchema.Name"/> whatever it is.</param>
    public static void Configure(StoreOptions options, TimeProvider time, string readModels = StoreSchema.Name)
    {
        options.DatabaseSchemaName = readModels;
        options.Events.DatabaseSchemaName = StoreSchema.Name;
        StoredJson.Configure(options);
        options.Events.StreamIdentity = StreamIdentity.AsString;
        options.Events.AppendMode = EventAppendMode.QuickWithServerTimestamps; // despite its name: our TimeProvider's
        options.Events.TimeProvider = time;
        options.Events.UseAdvisoryLockTransaction = true; // the session-scoped lock cannot share our data source
        options.Events.MetadataConfig.HeadersEnabled = true;
        options.Events.MetadataConfig.CausationIdEnabled = true;
        foreach ((Type type, string name) in Domain.EventRegistry.Names)
        {
            options.Events.MapEventType(type, name);
        }

        options.Events.UseBinarySerializer<TrackRecorded>(new TrackSerializer());

        options.Projections.LeadershipPollingTime = 500; // milliseconds: a new leader, also after a crash, within a second
        options.Projections.FastPollingTime = TimeSpan.FromMilliseconds(50);
        options.Projections.SlowPollingTime = TimeSpan.FromMilliseconds(200);
        options.AddCorrectionProjections();
    }
}
