using System.Text.Json;
using Correction.Domain.Location;
using Correction.Gateway.OsmAnd;
using FsCheck.Xunit;
using Microsoft.AspNetCore.WebUtilities;
using NodaTime;

namespace Correction.Gateway.Tests.OsmAnd;

public sealed class OsmAndCodecTests
{
    private const double MetresPerSecondPerKnot = 1852.0 / 3600;

    [Fact]
    public void Given_requests_of_real_clients_When_decoded_Then_device_place_time_speed_and_battery_are_theirs()
    {
        foreach ((int number, JsonElement one) in SharedCases.Of("osmand-cases.json"))
        {
            JsonElement derived = one.GetProperty("derived");
            string query = one.GetProperty("query").GetString()!;
            var fields = QueryHelpers.ParseQuery(query[query.IndexOf('?', StringComparison.Ordinal)..]);
            var report = Assert.IsType<Decoded.Report>(
                OsmAndCodec.DecodeParameters(name => fields.TryGetValue(name, out var values) ? values[0] : null, SharedCases.ReceivedAt));

            Fix fix = Assert.Single(report.Fixes);
            Assert.Equal(
                (number, derived.GetProperty("deviceId").GetString(), new GeoPoint(derived.Number("lon")!.Value, derived.Number("lat")!.Value), derived.Time()),
                (number, report.DeviceId, fix.Position, fix.OccurredAt));
            Assert.Equal((number, SharedCases.Tenths(derived.Number("speed") * MetresPerSecondPerKnot)), (number, fix.Speed));
            Assert.Equal((number, (int?)derived.Number("batt")), (number, fix.Battery));
        }
    }

    [Theory]
    [InlineData(null, "28.8", "112.3", null, "id")]
    [InlineData("a b", "28.8", "112.3", null, "id")]
    [InlineData("a", null, "112.3", null, "lat")]
    [InlineData("a", "91", "112.3", null, "lat")]
    [InlineData("a", "28.8", "NaN", null, "lon")]
    [InlineData("a", "0", "0", null, "lat")]
    [InlineData("a", "28.8", "112.3", "yesterday", "timestamp")]
    public void Given_a_defect_When_decoded_Then_its_field_is_named(string? id, string? lat, string? lon, string? time, string field)
    {
        Decoded decoded = OsmAndCodec.DecodeParameters(
            name => name switch { "id" => id, "lat" => lat, "lon" => lon, "timestamp" => time, _ => null }, SharedCases.ReceivedAt);
        Assert.Equal(field, Assert.IsType<Decoded.Malformed>(decoded).Field);
    }

    [Theory]
    [InlineData("1772326800")]
    [InlineData("1772326800000")]
    [InlineData("2026-03-01T01:00:00Z")]
    [InlineData("2026-03-01T09:00:00+08:00")]
    [InlineData("2026-03-01 01:00:00")]
    public void Given_a_time_in_any_of_its_forms_When_decoded_Then_it_is_the_same_instant(string time)
    {
        Decoded decoded = OsmAndCodec.DecodeParameters(
            name => name switch { "id" => "a", "lat" => "28.8", "lon" => "112.3", "timestamp" => time, _ => null }, SharedCases.ReceivedAt);
        Assert.Equal(Instant.FromUtc(2026, 3, 1, 1, 0), Assert.Single(Assert.IsType<Decoded.Report>(decoded).Fixes).OccurredAt);
    }

    [Property(MaxTest = 500)]
    public void Given_any_parameters_When_decoded_Then_nothing_is_thrown(string? id, string? lat, string? lon, string? timestamp, string? other)
    {
        string? Field(string name) => name switch { "id" => id ?? "a", "lat" => lat, "lon" => lon, "timestamp" => timestamp, _ => other };
        Assert.NotNull(OsmAndCodec.DecodeParameters(Field, SharedCases.ReceivedAt));
    }

    [Property(MaxTest = 500)]
    public void Given_any_numbers_When_decoded_Then_a_fix_lies_on_Earth(double lat, double lon, double time, double speed, double battery)
    {
        Decoded decoded = OsmAndCodec.DecodeParameters(
            name => name switch
            {
                "id" => "a",
                "lat" => FormattableString.Invariant($"{lat:R}"),
                "lon" => FormattableString.Invariant($"{lon:R}"),
                "timestamp" => FormattableString.Invariant($"{time:R}"),
                "speed" => FormattableString.Invariant($"{speed:R}"),
                "batt" => FormattableString.Invariant($"{battery:R}"),
                _ => null,
            },
            SharedCases.ReceivedAt);
        if (decoded is Decoded.Report report)
        {
            Assert.All(report.Fixes, fix => Assert.True(GeoPoint.IsValid(fix.Position.Longitude, fix.Position.Latitude)));
        }
    }

    [Theory]
    [MemberData(nameof(Arbitrary.Json), MemberType = typeof(Arbitrary))]
    public void Given_JSON_of_another_shape_When_decoded_Then_it_is_malformed(string json)
    {
        using JsonDocument body = JsonDocument.Parse(json);
        Assert.IsType<Decoded.Malformed>(OsmAndCodec.DecodeJson(body.RootElement, SharedCases.ReceivedAt));
    }
}
