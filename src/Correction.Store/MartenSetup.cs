using Correction.Domain;
using Correction.Projections;
using Correction.Store.Schema;
using JasperFx.Events;
using Marten;
using NodaTime;
using NodaTime.Serialization.SystemTextJson;
using Weasel.Core;

namespace Correction.Store;

/// <summary>How Marten keeps our events: string keys, frozen names, headers, JSON as on the wire.</summary>
public static class MartenSetup
{
    public static void Configure(StoreOptions options, TimeProvider time)
    {
        options.DatabaseSchemaName = StoreSchema.Name;
        options.UseSystemTextJsonForSerialization(
            EnumStorage.AsString,
            Casing.CamelCase,
            json =>
            {
                json.ConfigureForNodaTime(DateTimeZoneProviders.Tzdb);
                json.AllowOutOfOrderMetadataProperties = true; // jsonb sorts keys: a zone's "rings" come back before its "shape"
            });

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

        options.Projections.LeadershipPollingTime = 500; // milliseconds: a new leader, also after a crash, within a second
        options.Projections.FastPollingTime = TimeSpan.FromMilliseconds(50);
        options.Projections.SlowPollingTime = TimeSpan.FromMilliseconds(200);
        options.AddCorrectionProjections();
    }
}
