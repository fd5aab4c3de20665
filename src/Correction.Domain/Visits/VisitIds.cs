using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Text;

namespace Correction.Domain.Visits;

/// <summary>One visit (会见).</summary>
[JsonConverter(typeof(VisitIdConverter))]
public readonly record struct VisitId(Guid Value)
{
    public override string ToString() => Identifier.Format(Value);

    public static bool TryParse(string? text, out VisitId id) => Identifier.TryParse(text, value => new VisitId(value), out id);
}

/// <summary>One relative (亲属) of one prisoner, as an account applied to be recognised.</summary>
[JsonConverter(typeof(RelativeIdConverter))]
public readonly record struct RelativeId(Guid Value)
{
    public override string ToString() => Identifier.Format(Value);

    public static bool TryParse(string? text, out RelativeId id) => Identifier.TryParse(text, value => new RelativeId(value), out id);
}

/// <summary>A claim on a place in a slot: waited for, offered or held.</summary>
[JsonConverter(typeof(ClaimIdConverter))]
public readonly record struct ClaimId(Guid Value)
{
    public override string ToString() => Identifier.Format(Value);

    public static bool TryParse(string? text, out ClaimId id) => Identifier.TryParse(text, value => new ClaimId(value), out id);
}

/// <summary>One blocking of slots.</summary>
[JsonConverter(typeof(BlockIdConverter))]
public readonly record struct BlockId(Guid Value)
{
    public override string ToString() => Identifier.Format(Value);

    public static bool TryParse(string? text, out BlockId id) => Identifier.TryParse(text, value => new BlockId(value), out id);
}

/// <summary>One time of one prison's day at which visits begin: <c>4301P1.2026-11-26.am.0900</c>.</summary>
/// <param name="Session">Code of the session template it comes from.</param>
/// <param name="From">Local time (Asia/Shanghai).</param>
[JsonConverter(typeof(SlotIdConverter))]
public readonly record struct SlotId(Jurisdiction Prison, LocalDate Date, string Session, LocalTime From)
{
    private static readonly LocalTimePattern Time = LocalTimePattern.CreateWithInvariantCulture("HHmm");

    public override string ToString() => $"{Prison}.{LocalDatePattern.Iso.Format(Date)}.{Session}.{Time.Format(From)}";

    public static bool TryParse([NotNullWhen(true)] string? text, out SlotId id)
    {
        id = default;
        if (text?.Split('.') is not [var prison, var date, { Length: > 0 } session, var from] || !Jurisdiction.TryParse(prison, out Jurisdiction whose)
            || LocalDatePattern.Iso.Parse(date) is not { Success: true, Value: var day } || Time.Parse(from) is not { Success: true, Value: var time })
        {
            return false;
        }

        id = new SlotId(whose, day, session, time);
        return true;
    }
}

internal sealed class VisitIdConverter() : IdentifierConverter<VisitId>(value => new VisitId(value), id => id.Value);

internal sealed class RelativeIdConverter() : IdentifierConverter<RelativeId>(value => new RelativeId(value), id => id.Value);

internal sealed class ClaimIdConverter() : IdentifierConverter<ClaimId>(value => new ClaimId(value), id => id.Value);

internal sealed class BlockIdConverter() : IdentifierConverter<BlockId>(value => new BlockId(value), id => id.Value);

internal sealed class SlotIdConverter : JsonConverter<SlotId>
{
    public override SlotId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        SlotId.TryParse(reader.GetString(), out SlotId id) ? id : throw new JsonException("Not a slot id.");

    public override void Write(Utf8JsonWriter writer, SlotId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
