using Correction.Domain;
using Correction.Domain.Subjects;
using JasperFx.Events;
using Marten.Events.Aggregation;

namespace Correction.Projections;

/// <summary>
/// One subject as lists and boards need it: what decisions know of it, and when it was registered. No personal data: the
/// name stands in the personal table under <see cref="PersonId"/>.
/// </summary>
public sealed record SubjectDossier
{
    /// <summary>The key of the stream it is folded from.</summary>
    public required string Id { get; init; }

    /// <summary>32 hex digits; registered later sorts higher.</summary>
    public required string SubjectId { get; init; }

    public required string Jurisdiction { get; init; }

    /// <summary>Row of the personal table.</summary>
    public required Guid PersonId { get; init; }

    /// <summary>Wire name of the state; <c>registered</c>.</summary>
    public required string State { get; init; }

    /// <summary>When the registration happened.</summary>
    public required DateTimeOffset RegisteredAt { get; init; }

    public required Registered Subject { get; init; }

    /// <summary>Version of the stream that this is the fold of.</summary>
    public long Version { get; init; }
}

/// <summary>Folds each subject's stream with the domain's own evolution.</summary>
public sealed partial class SubjectDossierProjection : SingleStreamProjection<SubjectDossier, string>
{
    /// <summary>Raise it with every change of shape or logic: the read model is then built anew beside the old one.</summary>
    public const uint Revision = 6;

    public SubjectDossierProjection()
    {
        Name = "subject_dossier";
        Version = Revision;
        this.IncludeEventsOf<ISubjectEvent>();
    }

    public override SubjectDossier? Evolve(SubjectDossier? snapshot, string id, IEvent e) =>
        e.Data is ISubjectEvent happened ? Fold(snapshot, id, happened, e) : snapshot;

    private static SubjectDossier? Fold(SubjectDossier? before, string id, ISubjectEvent happened, IEvent envelope)
    {
        SubjectState state = SubjectDecider.Evolve(before?.Subject ?? SubjectState.Initial, happened, EventHeaders.OccurredAt(envelope));
        return state switch
        {
            Registered subject when before is not null => before with { Subject = subject, Version = envelope.Version },
            Registered subject => Begin(id, subject, envelope),
            _ => before,
        };
    }

    private static SubjectDossier Begin(string id, Registered subject, IEvent envelope) => new()
    {
        Id = id,
        SubjectId = subject.Id.ToString(),
        Jurisdiction = subject.Jurisdiction.Code,
        PersonId = subject.Person.Id,
        State = "registered",
        RegisteredAt = EventHeaders.OccurredAt(envelope).ToDateTimeOffset(),
        Subject = subject,
        Version = envelope.Version,
    };
}
