using System.Text.Json.Serialization;
using NodaTime;

namespace Correction.Domain.Location;

/// <summary>The protocol a fix came by.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FixSource>))]
public enum FixSource
{
    [JsonStringEnumMemberName("osmand")] OsmAnd = 1,
    [JsonStringEnumMemberName("owntracks")] OwnTracks = 2,
    [JsonStringEnumMemberName("jt808")] Jt808 = 3,
}

/// <summary>Whether a fix may decide anything; what is not usable is kept with its reason and decides nothing.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FixUse>))]
public enum FixUse
{
    [JsonStringEnumMemberName("usable")] Usable,

    /// <summary>The device's clock is ahead of ours by more than the allowance.</summary>
    [JsonStringEnumMemberName("future")] Future,

    /// <summary>No vehicle could have come here since the fix before.</summary>
    [JsonStringEnumMemberName("jump")] Jump,

    /// <summary>The device itself says that the position is simulated.</summary>
    [JsonStringEnumMemberName("mocked")] Mocked,

    /// <summary>The error circle is too large to place the subject anywhere.</summary>
    [JsonStringEnumMemberName("inaccurate")] Inaccurate,

    /// <summary>
    /// The device had no position at that time and repeats an old one (JT/T 808 status bit 1 is 0). The gateway says so.
    /// </summary>
    [JsonStringEnumMemberName("stale")] Stale,
}

/// <summary>
/// One position report of a device, WGS-84. Values are rounded when they enter, to the precision that is stored, so
/// that what is read back equals what was decided on: time to 1 ms, position to 1e-7 degrees, the rest to 0.1.
/// </summary>
/// <param name="OccurredAt">When the device says it was there.</param>
/// <param name="ReceivedAt">When the gateway had it.</param>
/// <param name="Accuracy">Radius of the error circle in metres, null when the device does not say.</param>
/// <param name="Speed">Metres per second.</param>
/// <param name="Bearing">Degrees clockwise from true north.</param>
/// <param name="Altitude">Metres above the WGS-84 ellipsoid or sea level, as the device has it.</param>
/// <param name="Battery">Per cent.</param>
public sealed record Fix(
    string DeviceId,
    Instant OccurredAt,
    Instant ReceivedAt,
    GeoPoint Position,
    double? Accuracy,
    double? Speed,
    double? Bearing,
    double? Altitude,
    int? Battery,
    FixSource Source,
    FixUse Use = FixUse.Usable)
{
    public Instant OccurredAt { get; init; } = Milliseconds(OccurredAt);

    public Instant ReceivedAt { get; init; } = Milliseconds(ReceivedAt);

    public double? Accuracy { get; init; } = Tenths(Accuracy);

    public double? Speed { get; init; } = Tenths(Speed);

    public double? Bearing { get; init; } = Tenths(Bearing);

    public double? Altitude { get; init; } = Tenths(Altitude);

    /// <summary>What makes two reports the same one: device, device time, position.</summary>
    [JsonIgnore]
    public FixIdentity Identity => new(DeviceId, OccurredAt, Position);

    private static Instant Milliseconds(Instant value) => Instant.FromUnixTimeMilliseconds(value.ToUnixTimeMilliseconds());

    private static double? Tenths(double? value) => value is { } v ? Math.Round(v, 1) : null;
}

/// <summary>The identity of a fix: a repeated upload changes nothing.</summary>
public readonly record struct FixIdentity(string DeviceId, Instant OccurredAt, GeoPoint Position);
