using System.Globalization;
using System.Text.Json;

namespace Correction.Ledger;

/// <summary>Which event it is, as a finding names it.</summary>
/// <param name="Sequence">Place in the order of all events.</param>
/// <param name="Version">Place in its stream, from 1.</param>
/// <param name="Type">Wire name; null where it is not known: of a leaf whose event is gone the service keeps none.</param>
public sealed record EventName(long Sequence, string Stream, long Version, string? Type = null)
{
    /// <summary>Null where the entry is no event.</summary>
    public static EventName? Of(ReadOnlySpan<byte> entry)
    {
        try
        {
            return Read(JsonElement.Parse(entry));
        }
        catch (Exception bad) when (bad is JsonException or FormatException)
        {
            return null;
        }
    }

    /// <exception cref="FormatException">A member is missing or of another kind.</exception>
    public static EventName Read(JsonElement named)
    {
        try
        {
            return new EventName(
                named.GetProperty("sequence").GetInt64(), named.GetProperty("stream").GetString() ?? throw new FormatException("A stream has a key."),
                named.GetProperty("version").GetInt64(), named.TryGetProperty("type", out JsonElement type) ? type.GetString() : null);
        }
        catch (Exception bad) when (bad is InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException("An event is named by sequence, stream and version.", bad);
        }
    }

    /// <summary>One line of what the service notes beside its leaves.</summary>
    public string Line() => JsonSerializer.Serialize(new { sequence = Sequence, stream = Stream, version = Version });

    /// <summary>Whether both are of the same place in the order and in the same stream.</summary>
    public bool IsSame(EventName other) => Sequence == other.Sequence && Stream == other.Stream && Version == other.Version;

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"sequence {Sequence}, stream {Stream}, version {Version}{(Type is null ? string.Empty : ", type " + Type)}");
}
