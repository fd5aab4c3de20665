using System.Runtime.CompilerServices;
using Correction.Domain;
using Correction.Store.Reading;

namespace Correction.Server.Access;

/// <summary>
/// Events of streams that a jurisdiction covers; where a stream belongs to none, those by the jurisdiction's own accounts, looks
/// among them. Whether an event is visible depends on nothing but itself and how its stream began.
/// </summary>
internal sealed class VisibleEvents(EventReader events, JurisdictionReader jurisdictions)
{
    private const int AtOnce = 500;

    /// <summary>In the order of sequences.</summary>
    public async IAsyncEnumerable<RecordedEvent> ReadAsync(Jurisdiction own, EventQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (RecordedEvent[] some in events.ReadAsync(query, cancellation).Chunk(AtOnce).WithCancellation(cancellation))
        {
            var known = await jurisdictions.FindAsync([.. some.Select(WhoseStream).Distinct()], cancellation);
            foreach (RecordedEvent happened in some)
            {
                if ((known.TryGetValue(WhoseStream(happened), out Jurisdiction whose) || Jurisdiction.TryParse(happened.Actor.Jurisdiction, out whose)) && own.Covers(whose))
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
