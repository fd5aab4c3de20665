using System.Collections.Immutable;
using System.Text.Json;
using Correction.Domain.Location;
using NodaTime;

namespace Correction.Gateway.OwnTracks;

/// <summary>
/// OwnTracks in HTTP mode: JSON messages, alone or in an array. Only <c>_type: location</c> carries a position; speed is
/// in km/h, time in epoch seconds. Reads only; never throws on what a device sends.
/// </summary>
public static class OwnTracksCodec
{
    /// <param name="user">User name of the request, where it names one: the device id.</param>
    public static Decoded Decode(JsonElement body, string? user, Instant receivedAt)
    {
        JsonElement[] messages = body.ValueKind == JsonValueKind.Array ? [.. body.EnumerateArray()] : [body];
        if (messages.Length == 0 || messages.Any(message => message.ValueKind != JsonValueKind.Object || Json.Text(message, "_type") is null))
        {
            return new Decoded.Malformed("_type", "an OwnTracks message, such as {\"_type\":\"location\", …}");
        }

        var fixes = ImmutableArray.CreateBuilder<Fix>();
        string? device = user;
        foreach (JsonElement message in messages.Where(message => Json.Text(message, "_type") == "location"))
        {
            device ??= Json.Text(message, "tid");
            switch (DecodeLocation(message, device, receivedAt))
            {
                case (null, { } fix):
                    fixes.Add(fix);
                    break;
                case ({ } defect, _):
                    return defect;
            }
        }

        return new Decoded.Report(device ?? string.Empty, fixes.DrainToImmutable());
    }

    private static (Decoded.Malformed? Defect, Fix? Fix) DecodeLocation(JsonElement message, string? device, Instant receivedAt)
    {
        if (!DeviceValues.IsDeviceId(device))
        {
            return (new Decoded.Malformed("u", "the device id as ?u=, HTTP Basic user, or tid"), null);
        }

        (double? lat, double? lon) = (Json.Number(message, "lat"), Json.Number(message, "lon"));
        if (DeviceValues.PositionDefect(lat, lon) is { } defect)
        {
            return (defect, null);
        }

        if (Json.Text(message, "tst") is not { } timestamp || DeviceValues.Time(timestamp) is not { } occurredAt)
        {
            return (new Decoded.Malformed("tst", "epoch seconds"), null);
        }

        return (null, new Fix(
            device!, occurredAt, receivedAt, new GeoPoint(lon!.Value, lat!.Value),
            DeviceValues.Accuracy(Json.Number(message, "acc")),
            DeviceValues.FromKilometresPerHour(Json.Number(message, "vel")),
            Json.Number(message, "cog"),
            Json.Number(message, "alt"),
            DeviceValues.Percent(Json.Number(message, "batt")),
            FixSource.OwnTracks));
    }
}
