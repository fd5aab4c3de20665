using System.Text.Json;
using Correction.Domain.Location;
using NodaTime;

namespace Correction.Gateway.OsmAnd;

/// <summary>
/// The OsmAnd protocol as Traccar Client speaks it: query or form parameters, or the JSON body of newer clients. Speed
/// comes in knots in parameters and in metres per second in JSON. Reads only; never throws on what a device sends.
/// </summary>
public static class OsmAndCodec
{
    /// <param name="field">Looks up a query or form parameter.</param>
    public static Decoded DecodeParameters(Func<string, string?> field, Instant receivedAt)
    {
        string? device = field("id") ?? field("deviceid");
        if (!DeviceValues.IsDeviceId(device))
        {
            return new Decoded.Malformed("id", "the device id, at most 64 letters, digits, - _ . : @");
        }

        (string? latitude, string? longitude) = (field("lat"), field("lon"));
        if (field("location")?.Split(',') is [var first, var second])
        {
            (latitude, longitude) = (first, second);
        }

        (double? lat, double? lon) = (DeviceValues.Number(latitude), DeviceValues.Number(longitude));
        if (DeviceValues.PositionDefect(lat, lon) is { } defect)
        {
            return defect;
        }

        Instant occurredAt = receivedAt; // without a time the device speaks of now
        if (field("timestamp") is { Length: > 0 } text)
        {
            if (DeviceValues.Time(text) is not { } time)
            {
                return new Decoded.Malformed("timestamp", "epoch seconds or milliseconds, ISO 8601, or yyyy-MM-dd HH:mm:ss in UTC");
            }

            occurredAt = time;
        }

        bool mocked = field("mock") is "true" or "1";
        return new Decoded.Report(
            device!,
            [
                new Fix(
                    device!, occurredAt, receivedAt, new GeoPoint(lon!.Value, lat!.Value),
                    DeviceValues.Accuracy(DeviceValues.Number(field("accuracy") ?? field("hacc"))), // hdop is no distance
                    DeviceValues.FromKnots(DeviceValues.Number(field("speed"))),
                    DeviceValues.Number(field("bearing") ?? field("heading")),
                    DeviceValues.Number(field("altitude")),
                    DeviceValues.Percent(DeviceValues.Number(field("batt"))),
                    FixSource.OsmAnd,
                    mocked ? FixUse.Mocked : FixUse.Usable),
            ]);
    }

    public static Decoded DecodeJson(JsonElement body, Instant receivedAt)
    {
        string? device = Json.Text(body, "device_id");
        if (!DeviceValues.IsDeviceId(device))
        {
            return new Decoded.Malformed("device_id", "the device id, at most 64 letters, digits, - _ . : @");
        }

        JsonElement location = Json.Member(body, "location");
        JsonElement coords = Json.Member(location, "coords");
        (double? lat, double? lon) = (Json.Number(coords, "latitude"), Json.Number(coords, "longitude"));
        if (DeviceValues.PositionDefect(lat, lon) is { } defect)
        {
            return defect with { Field = $"location.coords.{(defect.Field == "lat" ? "latitude" : "longitude")}" };
        }

        if (Json.Text(location, "timestamp") is not { } timestamp || DeviceValues.Time(timestamp) is not { } occurredAt)
        {
            return new Decoded.Malformed("location.timestamp", "ISO 8601");
        }

        return new Decoded.Report(
            device!,
            [
                new Fix(
                    device!, occurredAt, receivedAt, new GeoPoint(lon!.Value, lat!.Value),
                    DeviceValues.Accuracy(Json.Number(coords, "accuracy")),
                    Json.Number(coords, "speed") is >= 0 and var speed ? speed : null,
                    Json.Number(coords, "heading") is >= 0 and var heading ? heading : null,
                    Json.Number(coords, "altitude"),
                    DeviceValues.Percent(Json.Number(Json.Member(location, "battery"), "level") * 100),
                    FixSource.OsmAnd,
                    Json.True(location, "mock") ? FixUse.Mocked : FixUse.Usable),
            ]);
    }
}
