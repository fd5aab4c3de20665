using System.Globalization;
using System.Net.Http.Json;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using NodaTime;
using NodaTime.Text;

namespace Correction.Simulation;

/// <summary>Sends a fix as a phone does: real HTTP to a real gateway.</summary>
public sealed class DeviceClient(HttpClient http, Uri osmAnd, Uri ownTracks)
{
    private const double MetresPerSecondPerKnot = 1852.0 / 3600;

    /// <returns>The gateway's status; 200 means durable.</returns>
    public async Task<int> SendAsync(
        DeviceProtocol protocol, string deviceId, Instant at, GeoPoint position, double? accuracy, double? speed, int? battery, CancellationToken cancellation)
    {
        using HttpResponseMessage answer = protocol == DeviceProtocol.OwnTracks
            ? await http.PostAsJsonAsync(
                new Uri(ownTracks, $"pub?u={Uri.EscapeDataString(deviceId)}&d=phone"),
                new { _type = "location", lat = position.Latitude, lon = position.Longitude, tst = at.ToUnixTimeSeconds(), acc = accuracy, vel = speed * 3.6, batt = battery, tid = "de" },
                cancellation)
            : await http.GetAsync(new Uri(osmAnd, OsmAndQuery(deviceId, at, position, accuracy, speed, battery)), cancellation);
        return (int)answer.StatusCode;
    }

    private static string OsmAndQuery(string deviceId, Instant at, GeoPoint position, double? accuracy, double? speed, int? battery) => string.Create(
        CultureInfo.InvariantCulture,
        $"?id={Uri.EscapeDataString(deviceId)}&lat={position.Latitude:R}&lon={position.Longitude:R}&timestamp={Uri.EscapeDataString(InstantPattern.ExtendedIso.Format(at))}")
        + Optional("accuracy", accuracy) + Optional("speed", speed / MetresPerSecondPerKnot) + Optional("batt", battery);

    private static string Optional(string name, double? value) =>
        value is { } number ? string.Create(CultureInfo.InvariantCulture, $"&{name}={number:R}") : string.Empty;
}
