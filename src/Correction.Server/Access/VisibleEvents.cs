using System.Runtime.CompilerServices;
using Correction.Domain;
using Correction.Store.Reading;

namespace Correction.Server.Access;

/// <summary>
/// Events of streams that a jurisdiction covers; where a stream states none, as a device's or a prison day's, those that one of
/// the jurisdiction's own accounts began, and events by these accounts in any other, looks among them. Whether an event is
/// visible depends on nothing but itself and how its stream began.
/// </summary>
internal sealed class VisibleEvents(EventReader events, JurisdictionReader jurisdictions)
{
    private const int AtOnce = 500;

    /// <summary>In the order of sequences.</summary>
    public async IAsyncEnumerable<RecordedEvent> ReadAsync(Jurisdiction own, EventQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (RecordedEvent[] some in events.ReadAsync(query, cancellation).Chunk(AtOnce).WithCancellation(cancellation))
        {
            var stated = await jurisdictions.FindAsync([.. some.Select(WhoseStream).Distinct()], cancellation);
            string[] silent = [.. some.Where(happened => !stated.ContainsKey(WhoseStream(happened))).Select(happened => happened.StreamKey).Distinct()];
            var begunBy = await jurisdictions.FindBeginnersAsync(silent, cancellation);
            foreach (RecordedEvent happened in some)
            {
                if (stated.TryGetValue(WhoseStream(happened), out Jurisdiction whose)
                    ? own.Covers(whose)
                    : (begunBy.TryGetValue(happened.StreamKey, out Jurisdiction first) && own.Covers(first)) || (Jurisdiction.TryParse(happened.Actor.Jurisdiction, out Jurisdiction actors) && own.Covers(actors)))
                {
                    yield return happened;
                }
            }
        }
    }

    /// <summary>A track is its subject's.</summary>
    private static string WhoseStream(RecordedEvent happened) =>
        StreamKeys.SubjectOf(happened.StreamKey) is { } subject ? StreamKeys.Subject(subject) : happened.StreamKey;
}
