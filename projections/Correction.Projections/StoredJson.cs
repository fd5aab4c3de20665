using Marten;
using NodaTime;
using NodaTime.Serialization.SystemTextJson;
using Weasel.Core;

namespace Correction.Projections;

/// <summary>How events and read models stand in the database as JSON: for the service, and for who folds them elsewhere.</summary>
public static class StoredJson
{
    public static void Configure(StoreOptions options) => options.UseSystemTextJsonForSerialization(
        EnumStorage.AsString,
        Casing.CamelCase,
        json =>
        {
            json.ConfigureForNodaTime(DateTimeZoneProviders.Tzdb);
            json.AllowOutOfOrderMetadataProperties = true; // jsonb sorts keys: a zone's "rings" come back before its "shape"
        });

    public static Marten.ISerializer Serializer()
    {
        var options = new StoreOptions();
        Configure(options);
        return options.Serializer();
    }
}
