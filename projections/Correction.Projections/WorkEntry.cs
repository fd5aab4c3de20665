using Correction.Domain;
using Correction.Domain.Subjects;
using Correction.Domain.Visits;
using Correction.Domain.WorkRecords;
using JasperFx.Events;
using Marten.Events.Aggregation;

namespace Correction.Projections;

/// <summary>
/// One piece of work as the report counts it: a case, a document, a visit, a subject received. When each of its steps
/// happened; no personal data.
/// </summary>
public sealed record WorkEntry
{
    /// <summary>The key of the stream it is folded from.</summary>
    public required string Id { get; init; }

    /// <summary>Wire name of a <see cref="WorkKind"/>, or <see cref="Subject"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>As its register numbers it; null where it has no number.</summary>
    public string? Number { get; init; }

    public required string Jurisdiction { get; init; }

    /// <summary>Received, accepted, reviewed, held; null for a visit that was not held (yet).</summary>
    public DateTimeOffset? BegunAt { get; init; }

    /// <summary>When it was examined: an application accepted or not.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>Ended, filed.</summary>
    public DateTimeOffset? ConcludedAt { get; init; }

    /// <summary><see cref="Accepted"/> or <see cref="NotAccepted"/>; null where nothing was to be examined.</summary>
    public string? Examined { get; init; }

    /// <summary>Wire name of how it ended.</summary>
    public string? Outcome { get; init; }

    /// <summary>Who came to a visit.</summary>
    public int People { get; init; }

    /// <summary>Version of the stream that this is the fold of.</summary>
    public long Version { get; init; }

    public const string Subject = "subject";
    public const string Accepted = "accepted";
    public const string NotAccepted = "notAccepted";
}

/// <summary>Folds records of registers, the service's own visits, and registrations. A lawyer's visit helps no family and is not counted.</summary>
public sealed partial class WorkEntryProjection : SingleStreamProjection<WorkEntry, string>
{
    /// <summary>Raise it with every change of shape or logic: the read model is then built anew beside the old one.</summary>
    public const uint Revision = 1;

    public WorkEntryProjection()
    {
        Name = "work_entry";
        Version = Revision;
        this.IncludeEventsOf<WorkRecordEvent>();
        this.IncludeEvents(typeof(VisitApplied), typeof(VisitorsAdmitted), typeof(VisitStarted), typeof(SubjectRegistered));
    }

    public override WorkEntry? Evolve(WorkEntry? snapshot, string id, IEvent e)
    {
        DateTimeOffset at = EventHeaders.OccurredAt(e).ToDateTimeOffset();
        WorkEntry? after = snapshot is null ? Begin(id, e.Data, at) : Follow(snapshot, e.Data, at);
        return after is null ? null : after with { Version = e.Version };
    }

    private static WorkEntry? Begin(string id, object happened, DateTimeOffset at) => happened switch
    {
        MediationAccepted record => Entry(id, WorkKind.Mediation, record.Number, record.Jurisdiction, at),
        ReconsiderationReceived record => Entry(id, WorkKind.Reconsideration, record.Number, record.Jurisdiction, at),
        NormativeDocumentReviewed record => Entry(id, WorkKind.NormativeDocument, record.Number, record.Jurisdiction, at),
        LegalAidAccepted record => Entry(id, WorkKind.LegalAid, record.Number, record.Jurisdiction, at),
        RemoteVisitHeld record => Entry(id, WorkKind.RemoteVisit, record.Number, record.Jurisdiction, at) with { People = record.Visitors },
        VisitApplied { Kind: VisitKind.Family } visit => new() { Id = id, Kind = WireNames<WorkKind>.Of(WorkKind.RemoteVisit), Jurisdiction = visit.Jurisdiction },
        SubjectRegistered subject => new() { Id = id, Kind = WorkEntry.Subject, Jurisdiction = subject.Jurisdiction, BegunAt = at },
        _ => null,
    };

    private static WorkEntry Follow(WorkEntry before, object happened, DateTimeOffset at) => happened switch
    {
        VisitorsAdmitted admitted => before with { People = admitted.Attended.Length },
        VisitStarted => before with { BegunAt = at },
        MediationConcluded concluded => before with { ConcludedAt = at, Outcome = WireNames<MediationOutcome>.Of(concluded.Outcome) },
        ReconsiderationAccepted => before with { DecidedAt = at, Examined = WorkEntry.Accepted },
        ReconsiderationNotAccepted => before with { DecidedAt = at, Examined = WorkEntry.NotAccepted },
        ReconsiderationConcluded concluded => before with { ConcludedAt = at, Outcome = WireNames<ReconsiderationOutcome>.Of(concluded.Outcome) },
        NormativeDocumentFiled or LegalAidConcluded => before with { ConcludedAt = at },
        _ => before,
    };

    private static WorkEntry Entry(string id, WorkKind kind, string number, Jurisdiction jurisdiction, DateTimeOffset at) =>
        new() { Id = id, Kind = WireNames<WorkKind>.Of(kind), Number = number, Jurisdiction = jurisdiction.Code, BegunAt = at };
}
