using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Correction.Domain;

/// <summary>One correction subject (社区矫正对象). UUIDv7, 32 hex digits on the wire, opaque to clients.</summary>
[JsonConverter(typeof(SubjectIdConverter))]
public readonly record struct SubjectId(Guid Value)
{
    public override string ToString() => Identifier.Format(Value);

    public static bool TryParse(string? text, out SubjectId id) => Identifier.TryParse(text, value => new SubjectId(value), out id);
}

/// <summary>One alert.</summary>
[JsonConverter(typeof(AlertIdConverter))]
public readonly record struct AlertId(Guid Value)
{
    public override string ToString() => Identifier.Format(Value);

    public static bool TryParse(string? text, out AlertId id) => Identifier.TryParse(text, value => new AlertId(value), out id);
}

/// <summary>One zone laid on one subject.</summary>
[JsonConverter(typeof(ZoneIdConverter))]
public readonly record struct ZoneId(Guid Value)
{
    public override string ToString() => Identifier.Format(Value);

    public static bool TryParse(string? text, out ZoneId id) => Identifier.TryParse(text, value => new ZoneId(value), out id);
}

/// <summary>One order of electronic positioning (Community Correction Law Art. 29).</summary>
[JsonConverter(typeof(MonitoringOrderIdConverter))]
public readonly record struct MonitoringOrderId(Guid Value)
{
    public override string ToString() => Identifier.Format(Value);

    public static bool TryParse(string? text, out MonitoringOrderId id) =>
        Identifier.TryParse(text, value => new MonitoringOrderId(value), out id);
}

/// <summary>One period in which watching is suspended.</summary>
[JsonConverter(typeof(SuspensionIdConverter))]
public readonly record struct SuspensionId(Guid Value)
{
    public override string ToString() => Identifier.Format(Value);

    public static bool TryParse(string? text, out SuspensionId id) => Identifier.TryParse(text, value => new SuspensionId(value), out id);
}

/// <summary>One leave.</summary>
[JsonConverter(typeof(LeaveIdConverter))]
public readonly record struct LeaveId(Guid Value)
{
    public override string ToString() => Identifier.Format(Value);

    public static bool TryParse(string? text, out LeaveId id) => Identifier.TryParse(text, value => new LeaveId(value), out id);
}

/// <summary>One command to a device.</summary>
[JsonConverter(typeof(DeviceCommandIdConverter))]
public readonly record struct DeviceCommandId(Guid Value)
{
    public override string ToString() => Identifier.Format(Value);

    public static bool TryParse(string? text, out DeviceCommandId id) => Identifier.TryParse(text, value => new DeviceCommandId(value), out id);
}

internal sealed class SubjectIdConverter() : IdentifierConverter<SubjectId>(value => new SubjectId(value), id => id.Value);

internal sealed class AlertIdConverter() : IdentifierConverter<AlertId>(value => new AlertId(value), id => id.Value);

internal sealed class ZoneIdConverter() : IdentifierConverter<ZoneId>(value => new ZoneId(value), id => id.Value);

internal sealed class MonitoringOrderIdConverter()
    : IdentifierConverter<MonitoringOrderId>(value => new MonitoringOrderId(value), id => id.Value);

internal sealed class SuspensionIdConverter() : IdentifierConverter<SuspensionId>(value => new SuspensionId(value), id => id.Value);

internal sealed class LeaveIdConverter() : IdentifierConverter<LeaveId>(value => new LeaveId(value), id => id.Value);

internal sealed class DeviceCommandIdConverter() : IdentifierConverter<DeviceCommandId>(value => new DeviceCommandId(value), id => id.Value);

/// <summary>An id is its 32 hex digits in JSON, as value and as key.</summary>
internal abstract class IdentifierConverter<T>(Func<Guid, T> wrap, Func<T, Guid> unwrap) : JsonConverter<T>
    where T : struct
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Identifier.TryParse(reader.GetString(), wrap, out T id) ? id : throw new JsonException($"Not a {typeof(T).Name}.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Identifier.Format(unwrap(value)));

    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Read(ref reader, typeToConvert, options);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WritePropertyName(Identifier.Format(unwrap(value)));
}

internal static class Identifier
{
    public static string Format(Guid value) => value.ToString("N", CultureInfo.InvariantCulture);

    public static bool TryParse<T>(string? text, Func<Guid, T> wrap, out T id)
        where T : struct
    {
        bool parsed = Guid.TryParseExact(text, "N", out Guid value);
        id = parsed ? wrap(value) : default;
        return parsed;
    }
}
