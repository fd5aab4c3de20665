using System.Collections.Immutable;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Location;
using Correction.Domain.Time;
using Correction.Domain.Tracks;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using Correction.Store.Tracks;
using Correction.Testing;
using Marten;
using NodaTime;
using Npgsql;

namespace Correction.Store.Tests.Tracks;

public sealed class TrackSerializerTests
{
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 1, 2, 0);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Given_a_track_When_written_and_read_Then_it_is_the_same()
    {
        TrackRecorded track = Track(new SubjectId(Guid.CreateVersion7()));

        TrackRecorded read = TrackSerializer.Read(new TrackSerializer().Serialize(typeof(TrackRecorded), track));

        Assert.Equal(JsonSerializer.Serialize(track), JsonSerializer.Serialize(read));
        Assert.Equal<Fix>(TrackCodec.Unpack(track), TrackCodec.Unpack(read));
    }

    [Fact]
    public void Given_bytes_of_another_form_When_read_Then_they_are_called_so() =>
        Assert.Throws<FormatException>(() => TrackSerializer.Read([9, 0, 0]));

    [Fact]
    public async Task Given_a_track_that_was_stored_as_JSON_When_read_beside_later_ones_Then_all_its_fixes_are_there()
    {
        await using StoreHost store = await StoreHost.StartAsync(await PostgresServer.Shared());
        var subject = new SubjectId(Guid.CreateVersion7());
        TrackRecorded track = Track(subject);
        string stream = StreamKeys.Track(subject, track.Date);
        await using (IDocumentSession session = store.Get<IDocumentStore>().LightweightSession())
        {
            EventWriter.Append(session, stream, 0, [new NewEvent(track, track.To, Actor.System, []), new NewEvent(track, track.To, Actor.System, [])], null);
            await session.SaveChangesAsync(Cancellation);
        }

        await using NpgsqlCommand asBefore = store.Get<NpgsqlDataSource>().CreateCommand(
            "update correction.mt_events set data = $2::jsonb, bdata = null where stream_id = $1 and version = 1");
        asBefore.Parameters.Add(new() { Value = stream });
        asBefore.Parameters.Add(new() { Value = store.Get<IDocumentStore>().Options.Serializer().ToJson(track) });
        Assert.Equal(1, await asBefore.ExecuteNonQueryAsync(Cancellation));

        ImmutableArray<RecordedEvent> parts = await store.Get<EventReader>().ReadStreamAsync(stream, Cancellation);
        ImmutableArray<Fix> fixes = await store.Get<TrackReader>().ReadAsync(subject, Start, Start + Duration.FromHours(1), Cancellation);

        Assert.Equal<Fix>(TrackCodec.Unpack(track), fixes);
        Assert.All(parts, part => Assert.Equal<Fix>(fixes, TrackCodec.Unpack((TrackRecorded)part.Data)));
    }

    private static TrackRecorded Track(SubjectId subject) => TrackCodec.Pack(
        subject, ChinaTime.DateOf(Start), [.. Enumerable.Range(0, 20).Select(minute => Entries.FixAt(Start + Duration.FromMinutes(minute)))]);
}
