using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Access;
using Correction.Grains;
using NodaTime;

namespace Correction.Server.Access;

/// <summary>Puts every look at a person's data on record: once per view, under one word for all that the view shows.</summary>
internal sealed class AccessRecorder(IGrainFactory grains, IClock clock)
{
    /// <summary>Returns after the look is durable; only then may the data be shown. A view that shows nobody is no look.</summary>
    public Task RecordAsync(Actor actor, IEnumerable<SubjectId> subjects, string what, string via, string? purpose) =>
        new PersonalDataViewed([.. subjects], what, via, purpose) is { Subjects.IsEmpty: false } look
            ? grains.GetGrain<IAccessGrain>(Key(actor)).Record(look, actor)
            : Task.CompletedTask;

    /// <summary>The same for relatives and prisoners.</summary>
    /// <param name="persons">Keys of their streams.</param>
    public Task RecordAsync(Actor actor, IEnumerable<string> persons, string what, string via, string? purpose) =>
        new PersonalDataViewed([], what, via, purpose, [.. persons.Distinct()]) is { Persons: { IsEmpty: false } } look
            ? grains.GetGrain<IAccessGrain>(Key(actor)).Record(look, actor)
            : Task.CompletedTask;

    /// <summary>An export is a look at whoever its events are about, when it is ordered and whenever its file is taken.</summary>
    public Task RecordAsync(Actor actor, ExportedEvents export, string via, string? purpose)
    {
        ImmutableArray<SubjectId> subjects = export.Stream is { } stream && StreamKeys.SubjectOf(stream) is { } subject ? [subject] : [];
        ImmutableArray<string>? persons = export.Stream is { } key && StreamKeys.Parse(key).Kind is "relative" or "prisoner" ? [key] : null;
        return grains.GetGrain<IAccessGrain>(Key(actor)).Record(new PersonalDataViewed(subjects, "export", via, purpose, persons, export), actor);
    }

    private string Key(Actor actor) =>
        StreamKeys.Access(actor.Account, Domain.Time.ChinaTime.DateOf(clock.GetCurrentInstant()))["access/".Length..];
}
