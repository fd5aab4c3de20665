using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Correction.Domain;

/// <summary>
/// A GB/T 2260 code (province two digits, city four, county six), a station (司法所: the county's six digits and
/// three more) or a prison (letters allowed after the fourth digit). A code covers every code that it prefixes.
/// </summary>
[JsonConverter(typeof(JurisdictionConverter))]
public readonly record struct Jurisdiction
{
    private const int StationLength = 9;
    private const int CountyLength = 6;

    private Jurisdiction(string code) => Code = code;

    public string Code { get; }

    public bool IsStation => Code.Length == StationLength;

    /// <summary>Whether persons are shown on its board; above a county it shows counts.</summary>
    public bool IsCountyOrBelow => Code.Length >= CountyLength;

    /// <summary>The county that it is or belongs to; null above a county.</summary>
    public Jurisdiction? County => IsCountyOrBelow ? new Jurisdiction(Code[..CountyLength]) : null;

    /// <summary>The next code that covers it: county of a station, prefecture of a county, province of a prefecture; null for a province.</summary>
    public Jurisdiction? Parent => Code.Length switch
    {
        StationLength => new Jurisdiction(Code[..CountyLength]),
        > 2 => new Jurisdiction(Code[..^2]),
        _ => null,
    };

    public bool Covers(Jurisdiction other) => other.Code.StartsWith(Code, StringComparison.Ordinal);

    public override string ToString() => Code;

    /// <exception cref="FormatException">The text is not a jurisdiction code.</exception>
    public static Jurisdiction Parse(string text) =>
        TryParse(text, out Jurisdiction jurisdiction) ? jurisdiction : throw new FormatException("Not a jurisdiction code.");

    public static bool TryParse([NotNullWhen(true)] string? text, out Jurisdiction jurisdiction)
    {
        bool valid = text is { Length: 2 or 4 or 6 or 9 } && text.AsSpan().IndexOfAnyExceptInRange('0', 'Z') < 0
            && text.All(char.IsAsciiLetterOrDigit) && char.IsAsciiDigit(text[0]) && char.IsAsciiDigit(text[1]);
        jurisdiction = valid ? new Jurisdiction(text!) : default;
        return valid;
    }
}

internal sealed class JurisdictionConverter : JsonConverter<Jurisdiction>
{
    public override Jurisdiction Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Jurisdiction.TryParse(reader.GetString(), out Jurisdiction value) ? value : throw new JsonException("Not a jurisdiction code.");

    public override void Write(Utf8JsonWriter writer, Jurisdiction value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Code);
}
