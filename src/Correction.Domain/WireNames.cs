using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json.Serialization;

namespace Correction.Domain;

/// <summary>The names that an enum's values have on the wire, in both directions; case counts.</summary>
public static class WireNames<T>
    where T : struct, Enum
{
    private static readonly ImmutableDictionary<T, string> Names = typeof(T)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .ToImmutableDictionary(
            field => (T)field.GetValue(null)!,
            field => field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? field.Name);

    private static readonly ImmutableDictionary<string, T> Values = Names.ToImmutableDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>All names, in the order of their values.</summary>
    public static ImmutableArray<string> All { get; } = [.. Names.OrderBy(pair => pair.Key).Select(pair => pair.Value)];

    public static string Of(T value) => Names[value];

    public static bool TryParse(string? name, out T value)
    {
        value = default;
        return name is not null && Values.TryGetValue(name, out value);
    }
}
