using System.Text;
using System.Text.Json;
using Correction.Domain;
using Correction.Ledger;
using Correction.Projections;
using JasperFx.Events;
using NodaTime.Text;

namespace Correction.Cli;

/// <summary>An event of the log in the form that read models are folded from.</summary>
internal sealed record LoggedEvent(long Leaf, EventName Name, IEvent Envelope)
{
    private static readonly Marten.ISerializer Json = StoredJson.Serializer();

    /// <exception cref="FormatException">This version knows no such event, or it was not written by the Journal.</exception>
    public static LoggedEvent Open(long leaf, LedgerEvent logged)
    {
        var name = new EventName(logged.Sequence, logged.Stream, logged.Version, logged.Type);
        try
        {
            using var text = new MemoryStream(Encoding.UTF8.GetBytes(logged.Data.GetRawText()));
            IEvent envelope = EventEnvelope.Of((IDomainEvent)Json.FromJson(Domain.EventRegistry.Types[logged.Type], text));
            (envelope.Id, envelope.Sequence, envelope.Version, envelope.StreamKey) = (logged.Id, logged.Sequence, logged.Version, logged.Stream);
            envelope.Timestamp = new DateTimeOffset(logged.RecordedAt, TimeSpan.Zero);
            envelope.CausationId = logged.Causation;
            if (logged is { OccurredAt: { } at, Account: { } account, Role: { } role, Jurisdiction: { } jurisdiction })
            {
                EventHeaders.Write(envelope, InstantPattern.ExtendedIso.Parse(at).Value, new Actor(account, Enum.Parse<Role>(role), jurisdiction), []); // no state holds the basis
            }

            return new LoggedEvent(leaf, name, envelope);
        }
        catch (Exception unknown) when (unknown is JsonException or KeyNotFoundException or ArgumentException)
        {
            throw new FormatException($"This version of the tool cannot read {name}: take that of the service.", unknown);
        }
    }

    public override string ToString() => $"{Name} (leaf {Leaf})";
}
