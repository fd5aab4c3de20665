using System.Text.Json;
using NodaTime;
using NodaTime.Serialization.SystemTextJson;
using Orleans.Serialization;

namespace Correction.Grains.Serialization;

/// <summary>
/// How messages travel: grain messages by Orleans' generated codecs, the domain's own types inside them as JSON, so that
/// the domain knows nothing of Orleans.
/// </summary>
public static class SerializationSetup
{
    public static ISerializerBuilder AddCorrectionSerialization(this ISerializerBuilder builder) => builder.AddJsonSerializer(
        type => type.Namespace is { } space && (Within(space, "Correction.Domain") || Within(space, "Correction.Store")),
        new JsonSerializerOptions { AllowOutOfOrderMetadataProperties = true }.ConfigureForNodaTime(DateTimeZoneProviders.Tzdb));

    private static bool Within(string space, string root) =>
        space.StartsWith(root, StringComparison.Ordinal) && (space.Length == root.Length || space[root.Length] == '.');
}
