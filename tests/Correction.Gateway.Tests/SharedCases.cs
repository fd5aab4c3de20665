using System.Text.Json;
using Correction.Testing;
using NodaTime;

namespace Correction.Gateway.Tests;

/// <summary>Requests of real phone clients, one table per protocol.</summary>
internal static class SharedCases
{
    public static readonly Instant ReceivedAt = Instant.FromUtc(2026, 3, 1, 1, 0);

    /// <summary>Every case with its number, for the message of a failed one.</summary>
    public static IEnumerable<(int Number, JsonElement Case)> Of(string file)
    {
        using JsonDocument cases = JsonDocument.Parse(File.ReadAllText(SharedData.File($"devices/{file}")));
        return [.. cases.RootElement.EnumerateArray().Select((one, number) => (number, one.Clone()))];
    }

    public static double? Number(this JsonElement derived, string name) => derived.TryGetProperty(name, out JsonElement value)
        ? value.ValueKind switch
        {
            JsonValueKind.Number => value.GetDouble(),
            JsonValueKind.String => DeviceValues.Number(value.GetString()),
            _ => null,
        }
        : null;

    /// <summary>The precision to which a fix keeps its speed.</summary>
    public static double? Tenths(double? value) => value is { } number ? Math.Round(number, 1) : null;

    /// <summary>The time that the device gave; the time of receipt where it gave none.</summary>
    public static Instant Time(this JsonElement derived) => derived.GetProperty("time").GetString() is { } text
        ? DeviceValues.Time(text) ?? throw new FormatException(text)
        : ReceivedAt;
}
