using System.Text.Encodings.Web;
using System.Text.Json;
using Marten;
using NodaTime;
using NodaTime.Serialization.SystemTextJson;
using Weasel.Core;

namespace Correction.Projections;

/// <summary>How events and read models stand in the database as JSON: for the service, and for who folds them elsewhere.</summary>
public static class StoredJson
{
    /// <summary>Chinese as it is: half of what its escapes need. What is stored never goes into a page as it stands.</summary>
    internal static JavaScriptEncoder Characters { get; } = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>How facts stand in a JSON column of a table that is not Marten's.</summary>
    public static JsonSerializerOptions Column { get; } = new(JsonSerializerDefaults.Web) { Converters = { NodaConverters.InstantConverter } };

    public static void Configure(StoreOptions options) => options.UseSystemTextJsonForSerialization(
        EnumStorage.AsString,
        Casing.CamelCase,
        json =>
        {
            json.ConfigureForNodaTime(DateTimeZoneProviders.Tzdb);
            json.Encoder = Characters;
            json.AllowOutOfOrderMetadataProperties = true; // jsonb sorts keys: a zone's "rings" come back before its "shape"
        });

    public static Marten.ISerializer Serializer()
    {
        var options = new StoreOptions();
        Configure(options);
        return options.Serializer();
    }
}
