using System.Collections.Immutable;
using System.Text.Json;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using NodaTime;

namespace Correction.Server.Api;

/// <summary>Zones as the contract writes them: GeoJSON polygon (RFC 7946) or circle, and a weekly schedule.</summary>
internal static class ZoneReading
{
    public static ImposeZone Read(RequestBody body) => new(
        body.Text("name", 60),
        body.Choice<ZoneKind>("kind"),
        Geometry(body) ?? new ZoneGeometry.Circle(default, 0),
        Schedule(body),
        body.WholeNumber("confirmations", 2, 1, 20),
        body.OptionalInstant("effectiveFrom"),
        body.OptionalNumber("buffer", 0, 10_000),
        body.OptionalNumber("dwell", 0, 3_600) is { } dwell ? Duration.FromSeconds(dwell) : null);

    /// <summary>A geometry in the contract's form.</summary>
    public static object Write(ZoneGeometry geometry) => geometry switch
    {
        ZoneGeometry.Circle circle => new { center = Pair(circle.Center), radius = circle.Radius },
        ZoneGeometry.Area area => new { type = "Polygon", coordinates = area.Rings.Select(ring => ring.Select(Pair)) },
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static object Write(Zone zone) => new
    {
        zoneId = zone.Id.ToString(),
        zone.Name,
        zone.Kind,
        geometry = Write(zone.Geometry),
        schedule = Write(zone.Schedule),
        zone.Confirmations,
        zone.EffectiveFrom,
        zone.Buffer,
        dwell = zone.Dwell?.TotalSeconds,
        zone.Breached,
        zone.Approached,
        zone.Shared,
    };

    /// <summary>A schedule in the contract's form; null: always.</summary>
    public static object? Write(ZoneSchedule? schedule) => schedule is { } held
        ? new
        {
            days = held.Days.Select(day => JsonNamingPolicy.CamelCase.ConvertName(day.ToString())),
            from = held.From.ToString("HH:mm", null),
            to = held.To.ToString("HH:mm", null),
            held.Except,
            held.Also,
        }
        : null;

    private static readonly ImmutableDictionary<string, IsoDayOfWeek> Days = Enum.GetValues<IsoDayOfWeek>()
        .Where(day => day != IsoDayOfWeek.None).ToImmutableDictionary(day => JsonNamingPolicy.CamelCase.ConvertName(day.ToString()));

    private static double[] Pair(GeoPoint point) => [point.Longitude, point.Latitude];

    private static ZoneGeometry? Geometry(RequestBody body)
    {
        JsonElement geometry = body.At("geometry");
        ZoneGeometry? read = body.At("geometry.type") is { ValueKind: JsonValueKind.String } type && type.GetString() == "Polygon"
            ? Area(body.At("geometry.coordinates"))
            : geometry.ValueKind == JsonValueKind.Object ? Circle(body) : null;
        string? defect = read is null ? "a GeoJSON Polygon, or {\"center\":[longitude, latitude],\"radius\":metres}" : read.Defect();
        if (defect is not null)
        {
            body.Fail("geometry", $"The zone cannot be judged: {defect}.");
        }

        return read;
    }

    private static ZoneGeometry.Circle? Circle(RequestBody body) =>
        Point(body.At("geometry.center")) is { } center && body.At("geometry.radius") is { ValueKind: JsonValueKind.Number } radius
            ? new ZoneGeometry.Circle(center, radius.GetDouble())
            : null;

    private static ZoneGeometry.Area? Area(JsonElement coordinates)
    {
        if (coordinates.ValueKind != JsonValueKind.Array || coordinates.GetArrayLength() == 0
            || coordinates.EnumerateArray().Any(ring => ring.ValueKind != JsonValueKind.Array))
        {
            return null;
        }

        GeoPoint?[][] rings = [.. coordinates.EnumerateArray().Select(ring => ring.EnumerateArray().Select(Point).ToArray())];
        return rings.SelectMany(ring => ring).Any(point => point is null)
            ? null
            : new ZoneGeometry.Area([.. rings.Select(ring => ring.Select(point => point!.Value).ToImmutableArray())]);
    }

    private static GeoPoint? Point(JsonElement pair) =>
        pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() >= 2
        && pair[0] is { ValueKind: JsonValueKind.Number } longitude && pair[1] is { ValueKind: JsonValueKind.Number } latitude
            ? new GeoPoint(longitude.GetDouble(), latitude.GetDouble())
            : null;

    private static ZoneSchedule? Schedule(RequestBody body)
    {
        if (body.At("schedule").ValueKind == JsonValueKind.Undefined)
        {
            return null;
        }

        JsonElement days = body.At("schedule.days");
        var read = ImmutableArray.CreateBuilder<IsoDayOfWeek>();
        foreach (JsonElement day in days.ValueKind == JsonValueKind.Array ? days.EnumerateArray() : default)
        {
            if (day.ValueKind == JsonValueKind.String && Days.TryGetValue(day.GetString()!, out IsoDayOfWeek named))
            {
                read.Add(named);
            }
        }

        if (read.Count == 0 || read.Count != days.GetArrayLength())
        {
            body.Fail("schedule.days", "A list of monday … sunday.");
        }

        return new ZoneSchedule(
            read.DrainToImmutable(), body.Time("schedule.from"), body.Time("schedule.to"), body.OptionalDates("schedule.except", 100), body.OptionalDates("schedule.also", 100));
    }
}
