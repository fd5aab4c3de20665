using System.Buffers;
using Correction.Domain.Location;
using Correction.Domain.Tracks;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NodaTime;
using static Correction.Domain.Tests.Cases;

namespace Correction.Domain.Tests.Tracks;

/// <summary>What is packed is what is read, at the precision of a fix.</summary>
[Properties(MaxTest = 500)]
public sealed class TrackCodecTests
{
    [Property(Arbitrary = [typeof(Fixes)])]
    public void Given_any_fixes_When_packed_and_unpacked_Then_they_are_the_same(NonEmptyArray<Fix> fixes)
    {
        TrackRecorded packed = TrackCodec.Pack(Someone, Today, fixes.Get);
        Assert.Equal(fixes.Get, TrackCodec.Unpack(packed));
        Assert.Equal(
            (fixes.Get.Length, fixes.Get.Min(fix => fix.OccurredAt), fixes.Get.Max(fix => fix.OccurredAt)), (packed.Count, packed.From, packed.To));
    }

    [Property(Arbitrary = [typeof(Fixes)])]
    public void Given_a_packed_track_When_stored_and_read_back_Then_it_unpacks_to_the_same_fixes(NonEmptyArray<Fix> fixes)
    {
        string stored = StoredJson.Write(TrackCodec.Pack(Someone, Today, fixes.Get));
        Assert.Equal(fixes.Get, TrackCodec.Unpack((TrackRecorded)StoredJson.Read(typeof(TrackRecorded), stored)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Given_a_track_of_long_ago_When_unpacked_Then_it_says_what_it_said_then(int version)
    {
        var first = new Fix(
            "013912345678", Instant.FromUtc(2026, 3, 2, 2, 3, 4) + Duration.FromMilliseconds(500), Instant.FromUtc(2026, 3, 2, 2, 3, 5),
            new GeoPoint(112.3546123, 28.8453211), 4.9, 1.2, 271.5, -33.1, 81, FixSource.Jt808);
        Fix second = new(
            "p", first.OccurredAt + Duration.FromMinutes(1), first.ReceivedAt - Duration.FromMinutes(1), new GeoPoint(-0.5, -28.8),
            null, null, null, null, null, FixSource.OsmAnd, FixUse.Jump);
        string golden = File.ReadAllText(Repository.PathOf("tests", "Correction.Domain.Tests", "Golden", $"track_recorded.{version}.json"));
        var track = (TrackRecorded)StoredJson.Read(typeof(TrackRecorded), golden);
        Assert.Equal(version, track.Packed[0]);
        Assert.Equal([first, second], TrackCodec.Unpack(track));
    }

    [Fact]
    public void Given_a_day_of_a_walker_at_a_fix_a_minute_When_packed_Then_a_fix_takes_less_than_nine_bytes()
    {
        var way = new Random(20260301);
        double longitude = 112.36, latitude = 28.85;
        Fix[] day = [.. Enumerable.Range(0, 1440).Select(minute =>
        {
            bool walks = minute % 180 > 120;
            longitude += (way.NextDouble() - 0.5) * (walks ? 2e-3 : 1e-4);
            latitude += (way.NextDouble() - 0.5) * (walks ? 2e-3 : 1e-4);
            Instant at = Instant.FromUtc(2026, 3, 1, 16, 0) + Duration.FromMinutes(minute);
            return new Fix(
                "13912345678", at, at + Duration.FromMilliseconds(way.Next(200, 1200)), new GeoPoint(longitude, latitude),
                way.Next(3, 12), walks ? way.Next(8, 20) / 10.0 : 0, walks ? way.Next(360) : 0, 30 + way.Next(5), 100 - (minute / 20), FixSource.Jt808);
        })];

        TrackRecorded packed = TrackCodec.Pack(Someone, Today, day);

        Assert.Equal(day, TrackCodec.Unpack(packed));
        Assert.InRange(packed.Packed.Length / (double)day.Length, 1, 9);
    }

    [Property]
    public void Given_any_number_When_written_and_read_Then_it_is_the_same_and_nothing_is_left(DoNotSize<long>[] values)
    {
        var writer = new ArrayBufferWriter<byte>();
        foreach (DoNotSize<long> value in values)
        {
            VarInt.Write(writer, value.Item);
        }

        ReadOnlySpan<byte> rest = writer.WrittenSpan;
        foreach (DoNotSize<long> value in values)
        {
            Assert.Equal(value.Item, VarInt.Read(ref rest));
        }

        Assert.True(rest.IsEmpty);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(63, 1)]
    [InlineData(-64, 1)]
    [InlineData(64, 2)]
    [InlineData(-65, 2)]
    [InlineData(8191, 2)]
    [InlineData(8192, 3)]
    [InlineData(long.MaxValue, 10)]
    [InlineData(long.MinValue, 10)]
    public void Given_a_number_When_written_Then_small_magnitudes_take_few_bytes(long value, int bytes)
    {
        var writer = new ArrayBufferWriter<byte>();
        VarInt.Write(writer, value);
        Assert.Equal(bytes, writer.WrittenCount);
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0x80 })]
    [InlineData(new byte[] { 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01 })] // longer than 64 bits
    public void Given_bytes_that_hold_no_number_When_read_Then_they_are_called_damaged(byte[] bytes) =>
        Assert.Throws<FormatException>(() =>
        {
            ReadOnlySpan<byte> rest = bytes;
            return VarInt.Read(ref rest);
        });

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 3, 0, 0 })]
    [InlineData(new byte[] { 2, 0, 0 })]
    [InlineData(new byte[] { 2, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F })]
    [InlineData(new byte[] { 1, 0, 0 })]
    public void Given_a_track_of_another_version_or_damaged_When_unpacked_Then_it_is_called_so(byte[] packed) =>
        Assert.Throws<FormatException>(() => TrackCodec.Unpack(new TrackRecorded(Someone, Today, 1, Now, Now, ["d"], packed)));

    /// <summary>Fixes of any device, time, place and completeness.</summary>
    private static class Fixes
    {
        public static Arbitrary<Fix> Any() =>
            (from device in Gen.Elements("a", "b", "设备-3")
             from day in Gen.Choose(0, 47_482) // 1970 to 2100, any millisecond
             from time in Gen.Choose(0, 86_399_999)
             let occurred = Instant.FromUnixTimeMilliseconds((day * 86_400_000L) + time)
             from delay in Gen.Choose(-600_000, 86_400_000)
             from longitude in Gen.Choose(-1_800_000_000, 1_800_000_000)
             from latitude in Gen.Choose(-900_000_000, 900_000_000)
             from values in Optional.ListOf(4)
             from battery in Gen.Choose(-1, 100)
             from source in Gen.Elements(Enum.GetValues<FixSource>())
             from use in Gen.Elements(Enum.GetValues<FixUse>())
             select new Fix(
                 device, occurred, occurred + Duration.FromMilliseconds(delay), new GeoPoint(longitude / 1e7, latitude / 1e7),
                 values[0], values[1], values[2], values[3], battery < 0 ? null : battery, source, use)).ToArbitrary();

        private static Gen<double?> Optional => Gen.OneOf(
            Gen.Constant((double?)null),
            Gen.Choose(-5_000, 100_000).Select(tenths => (double?)(tenths / 10.0)),
            Gen.Choose(0, 10_000).Select(value => (double?)(value / 777.0)));
    }
}
