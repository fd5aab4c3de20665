using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using NodaTime.Serialization.SystemTextJson;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Serializers;

namespace Correction.Grains.Serialization;

/// <summary>
/// How messages travel: grain messages by Orleans' generated codecs, the domain's own types inside them as JSON, so that
/// the domain knows nothing of Orleans.
/// </summary>
public static class SerializationSetup
{
    public static ISerializerBuilder AddCorrectionSerialization(this ISerializerBuilder builder)
    {
        builder.Services.AddSingleton<IGeneralizedCopier, SharedCopier>(); // before the JSON serializer's, which would write and read again
        return builder.AddJsonSerializer(IsOurs, new JsonSerializerOptions { AllowOutOfOrderMetadataProperties = true }.ConfigureForNodaTime(DateTimeZoneProviders.Tzdb));
    }

    private static bool IsOurs(Type type) => type.Namespace is { } space && (Within(space, "Correction.Domain") || Within(space, "Correction.Store"));

    private static bool Within(string space, string root) =>
        space.StartsWith(root, StringComparison.Ordinal) && (space.Length == root.Length || space[root.Length] == '.');

    /// <summary>Between grains of one silo nothing of ours is copied: every type of the domain and of the store's entries is immutable.</summary>
    private sealed class SharedCopier : IGeneralizedCopier
    {
        public bool IsSupportedType(Type type) => IsOurs(type);

        [return: NotNullIfNotNull(nameof(input))]
        public object? DeepCopy(object? input, CopyContext context) => input;
    }
}
