using System.Collections.Immutable;
using Correction.Projections;
using Correction.Store.Reading;
using JasperFx.Events;
using Marten;

namespace Correction.Store.Journaling;

/// <summary>Puts our events, with their headers, into a Marten session: for who writes few streams at a time. The Journal has <see cref="EventTable"/>.</summary>
public static class EventWriter
{
    /// <param name="expectedVersion">Version of the stream before the append; 0 begins it; null: whatever it is.</param>
    public static void Append(IDocumentSession session, string key, long? expectedVersion, ImmutableArray<NewEvent> events, string? commandId)
    {
        object[] envelopes = [.. events.Select(happened => Envelope(happened, commandId))];
        switch (expectedVersion)
        {
            case 0:
                session.Events.StartStream(key, envelopes);
                break;
            case { } before:
                session.Events.Append(key, before + events.Length, envelopes);
                break;
            default:
                session.Events.Append(key, envelopes);
                break;
        }
    }

    internal static IEvent Envelope(NewEvent happened, string? commandId)
    {
        IEvent envelope = EventEnvelope.Of(happened.Data);
        EventHeaders.Write(envelope, happened.OccurredAt, happened.Actor, happened.Basis);
        envelope.CausationId = commandId;
        return envelope;
    }

    /// <summary>An event that stands in the store, as a projection takes it.</summary>
    internal static IEvent Envelope(RecordedEvent recorded)
    {
        IEvent envelope = Envelope(new NewEvent(recorded.Data, recorded.OccurredAt, recorded.Actor, recorded.Basis), recorded.CommandId);
        (envelope.Sequence, envelope.Version, envelope.StreamKey) = (recorded.Sequence, recorded.Version, recorded.StreamKey);
        (envelope.EventTypeName, envelope.Timestamp) = (recorded.Type, recorded.RecordedAt.ToDateTimeOffset());
        return envelope;
    }
}
