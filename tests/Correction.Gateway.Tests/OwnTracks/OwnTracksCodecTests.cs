using System.Text.Json;
using Correction.Domain.Location;
using Correction.Gateway.OwnTracks;
using FsCheck.Xunit;

namespace Correction.Gateway.Tests.OwnTracks;

public sealed class OwnTracksCodecTests
{
    [Fact]
    public void Given_requests_of_real_clients_When_decoded_Then_device_place_time_speed_and_battery_are_theirs()
    {
        foreach ((int number, JsonElement one) in SharedCases.Of("owntracks-cases.json"))
        {
            JsonElement derived = one.GetProperty("derived");
            using JsonDocument body = JsonDocument.Parse(one.GetProperty("bodyText").GetString()!);
            var report = Assert.IsType<Decoded.Report>(OwnTracksCodec.Decode(body.RootElement, null, SharedCases.ReceivedAt));

            Fix fix = Assert.Single(report.Fixes);
            Assert.Equal(
                (number, derived.GetProperty("deviceId").GetString(), new GeoPoint(derived.Number("lon")!.Value, derived.Number("lat")!.Value), derived.Time()),
                (number, report.DeviceId, fix.Position, fix.OccurredAt));
            Assert.Equal(
                (number, SharedCases.Tenths(derived.Number("speedKmh") / 3.6), derived.Number("accuracyM"), (int?)derived.Number("batteryPct")),
                (number, fix.Speed, fix.Accuracy, fix.Battery));
        }
    }

    [Fact]
    public void Given_the_request_names_a_user_When_decoded_Then_the_user_is_the_device()
    {
        using JsonDocument body = JsonDocument.Parse("""{"_type":"location","tid":"aa","lat":28.8,"lon":112.3,"tst":1772326800}""");
        Assert.Equal("phone-7", Assert.IsType<Decoded.Report>(OwnTracksCodec.Decode(body.RootElement, "phone-7", SharedCases.ReceivedAt)).DeviceId);
    }

    [Fact]
    public void Given_a_message_that_is_no_location_When_decoded_Then_it_is_taken_and_carries_no_fix()
    {
        using JsonDocument body = JsonDocument.Parse("""[{"_type":"waypoint","desc":"home"},{"_type":"lwt","tst":1}]""");
        Assert.Empty(Assert.IsType<Decoded.Report>(OwnTracksCodec.Decode(body.RootElement, "a", SharedCases.ReceivedAt)).Fixes);
    }

    [Theory]
    [MemberData(nameof(Arbitrary.Json), MemberType = typeof(Arbitrary))]
    public void Given_JSON_of_another_shape_When_decoded_Then_it_is_malformed(string json)
    {
        using JsonDocument body = JsonDocument.Parse(json);
        Assert.IsType<Decoded.Malformed>(OwnTracksCodec.Decode(body.RootElement, null, SharedCases.ReceivedAt));
    }

    [Property(MaxTest = 500)]
    public void Given_any_values_When_decoded_Then_nothing_is_thrown(string? user, string? text, double? number, bool flag, int member)
    {
        string[] names = ["_type", "lat", "lon", "tst", "acc", "vel", "batt", "tid"];
        var message = new Dictionary<string, object?> { ["_type"] = "location", ["lat"] = 28.8, ["lon"] = 112.3, ["tst"] = 1, ["tid"] = "aa" };
        object? finite = number is { } value && double.IsFinite(value) ? value : text;
        message[names[(int)((uint)member % names.Length)]] = flag ? text : finite;
        using JsonDocument body = JsonDocument.Parse(JsonSerializer.Serialize(message));
        Assert.NotNull(OwnTracksCodec.Decode(body.RootElement, user, SharedCases.ReceivedAt));
    }
}
