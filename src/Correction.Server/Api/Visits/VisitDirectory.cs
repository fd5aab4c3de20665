using System.Collections.Immutable;
using System.Security.Claims;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Visits;
using Correction.Grains.Visits;
using Correction.Projections;
using Correction.Server.Access;
using Correction.Server.Accounts;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Server.Api.Visits;

/// <summary>The people of some visits, by the key of their streams.</summary>
internal sealed record VisitPeople(ImmutableDictionary<string, Guid> Rows, ImmutableDictionary<Guid, JsonElement> Persons)
{
    public static VisitPeople Nobody { get; } = new(ImmutableDictionary<string, Guid>.Empty, ImmutableDictionary<Guid, JsonElement>.Empty);

    /// <summary>Empty where the reader may not know whom it names.</summary>
    public string NameOf(string streamKey) => Rows.TryGetValue(streamKey, out Guid row) ? PersonName.In(Persons, row) : string.Empty;

    public JsonElement? PersonOf(string streamKey) => Rows.TryGetValue(streamKey, out Guid row) && Persons.TryGetValue(row, out JsonElement person) ? person : null;
}

/// <summary>Reads visits and relatives for API and pages alike: what the reader is party to, every look on record before it is shown.</summary>
internal sealed class VisitDirectory(VisitIndex index, PastReader past, EventReader events, PersonalStore personal, IGrainFactory grains, Freshness freshness, AccessRecorder access)
{
    public async Task<(Page<VisitEntry> Page, VisitPeople People)> ListAsync(ClaimsPrincipal reader, VisitQuery query, string via, string? purpose, CancellationToken cancellation)
    {
        await freshness.WaitForProjectionsAsync(cancellation);
        Page<VisitEntry> page = query.When.IsNow ? await index.FindAsync(query, cancellation) : await past.FindAsync(query, cancellation);
        return (page, await PeopleAsync(reader, [.. page.Items.Select(entry => entry.Visit)], "visits", via, purpose, cancellation));
    }

    /// <summary>Null where there was none then, or none was known then.</summary>
    /// <param name="what"><c>visit</c> or <c>caseFile</c>.</param>
    public async Task<(Visit Visit, long Version, VisitPeople People)?> ReadAsync(
        ClaimsPrincipal reader, VisitId id, ViewTime when, string via, string? purpose, CancellationToken cancellation, string what = "visit")
    {
        ImmutableArray<RecordedEvent> stream = await StreamAsync(StreamKeys.Visit(id), when, cancellation);
        return stream.Aggregate(VisitState.Initial, (state, next) => VisitDecider.Evolve(state, (IVisitEvent)next.Data, next.OccurredAt)) is Visit visit
            ? (visit, stream[^1].Version, await PeopleAsync(reader, [visit], what, via, purpose, cancellation))
            : null;
    }

    /// <summary>Events name nobody: a look at them is none at a person's data.</summary>
    public Task<ImmutableArray<RecordedEvent>> StreamAsync(string key, ViewTime when, CancellationToken cancellation) => events.ReadStreamAsync(key, when, cancellation);

    public async Task<(Page<RelativeEntry> Page, VisitPeople People)> ListRelativesAsync(
        ClaimsPrincipal reader, RelativeStage? stage, string? prisonerNumber, Cursor? after, int limit, string via, string? purpose, CancellationToken cancellation)
    {
        await freshness.WaitForProjectionsAsync(cancellation);
        Page<RelativeEntry> page = await index.FindRelativesAsync(reader.Scope(), stage, prisonerNumber, after, limit, cancellation);
        return (page, await PeopleAsync(reader, [.. page.Items.Select(entry => entry.Relative)], "relatives", via, purpose, cancellation));
    }

    /// <summary>A relative with the person and what the family was told; for whom may know him, the prisoner too.</summary>
    public async Task<(Relative Relative, long Version, VisitPeople People, string? Note)?> ReadRelativeAsync(ClaimsPrincipal reader, RelativeId id, string via, string? purpose, CancellationToken cancellation)
    {
        ImmutableArray<RecordedEvent> stream = await StreamAsync(StreamKeys.Relative(id), ViewTime.Now, cancellation);
        if (stream.Aggregate(RelativeState.Initial, (state, next) => RelativeDecider.Evolve(state, (IRelativeEvent)next.Data, next.OccurredAt)).Relative is not { } relative)
        {
            return null;
        }

        Prisoner? prisoner = reader.MayKnowPrisonerOf(relative) ? await grains.Prisoner(relative.Prisoner).Read() : null;
        VisitPeople people = await PeopleAsync(reader, [Row(relative), .. prisoner is null ? [] : new[] { Row(prisoner) }], "relative", via, purpose, cancellation);
        return (relative, stream[^1].Version, people, await NoteAsync(relative.Note, cancellation));
    }

    /// <summary>A paper's media type and content; null where it was erased.</summary>
    public async Task<(string MediaType, byte[] Content)?> PaperAsync(ClaimsPrincipal reader, Relative relative, int number, string? purpose, CancellationToken cancellation)
    {
        await access.RecordAsync(reader.Actor(), [StreamKeys.Relative(relative.Id)], "paper", "api", purpose);
        Guid row = relative.Papers[number].Paper.Id;
        return (await personal.ReadAsync([row], cancellation)).TryGetValue(row, out JsonElement paper)
            ? (paper.GetProperty("mediaType").GetString()!, paper.GetProperty("content").GetBytesFromBase64())
            : null;
    }

    /// <summary>A prisoner with the person.</summary>
    public async Task<(Prisoner Prisoner, JsonElement? Person)?> ReadPrisonerAsync(ClaimsPrincipal reader, PrisonerKey key, string via, string? purpose, CancellationToken cancellation)
    {
        if (await grains.Prisoner(key).Read() is not { } prisoner)
        {
            return null;
        }

        await access.RecordAsync(reader.Actor(), [StreamKeys.Prisoner(key)], "prisoner", via, purpose);
        return (prisoner, (await personal.ReadAsync([prisoner.Person.Id], cancellation)).TryGetValue(prisoner.Person.Id, out JsonElement person) ? person : null);
    }

    public async Task<string?> NoteAsync(ForgettableRef? note, CancellationToken cancellation) =>
        note is not null && (await personal.ReadAsync([note.Id], cancellation)).TryGetValue(note.Id, out JsonElement body) ? body.GetProperty("text").GetString() : null;

    private async Task<VisitPeople> PeopleAsync(ClaimsPrincipal reader, ImmutableArray<Visit> visits, string what, string via, string? purpose, CancellationToken cancellation)
    {
        Relative?[] relatives = await Task.WhenAll(visits.SelectMany(visit => visit.Visitors).Select(visitor => visitor.RelativeId).Distinct().Select(id => grains.Relative(id).Read()));
        Prisoner?[] prisoners = await Task.WhenAll(
            relatives.OfType<Relative>().Where(reader.MayKnowPrisonerOf).Select(relative => relative.Prisoner).Distinct().Select(key => grains.Prisoner(key).Read()));
        return await PeopleAsync(
            reader, [.. relatives.OfType<Relative>().Select(Row), .. prisoners.OfType<Prisoner>().Select(Row)], what, via, purpose, cancellation);
    }

    private Task<VisitPeople> PeopleAsync(ClaimsPrincipal reader, ImmutableArray<Relative> relatives, string what, string via, string? purpose, CancellationToken cancellation) =>
        PeopleAsync(reader, [.. relatives.Select(Row)], what, via, purpose, cancellation);

    private static (string Key, Guid Row) Row(Relative relative) => (StreamKeys.Relative(relative.Id), relative.Person.Id);

    private static (string Key, Guid Row) Row(Prisoner prisoner) => (StreamKeys.Prisoner(prisoner.Key), prisoner.Person.Id);

    private async Task<VisitPeople> PeopleAsync(ClaimsPrincipal reader, (string Key, Guid Row)[] people, string what, string via, string? purpose, CancellationToken cancellation)
    {
        await access.RecordAsync(reader.Actor(), people.Select(person => person.Key), what, via, purpose);
        return new VisitPeople(
            people.ToImmutableDictionary(person => person.Key, person => person.Row), await personal.ReadAsync([.. people.Select(person => person.Row)], cancellation));
    }
}
