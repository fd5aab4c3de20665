using System.Collections.Immutable;
using System.Text.Json;
using Correction.Domain;
using Correction.Projections;
using Correction.Server.Access;
using Correction.Store.Reading;

namespace Correction.Server.Pages;

/// <summary>A person as the personal table has it; absent once erased.</summary>
public sealed record Person(string Name, string? IdNumber, string? BirthDate, string? Sex, string? Phone, string? Address)
{
    public static Person Erased { get; } = new(PersonName.Erased, null, null, null, null, null);

    public static Person From(JsonElement body) => new(
        Text(body, "name") ?? PersonName.Erased, Text(body, "idNumber"), Text(body, "birthDate"), Text(body, "sex"), Text(body, "phone"), Text(body, "address"));

    internal static string? Text(JsonElement body, string name) =>
        body.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>The only way by which pages come to personal data: the look is on record before it is shown.</summary>
internal sealed class Looks(PersonalStore personal, AccessRecorder access)
{
    /// <param name="what">What is shown, in the words of <see cref="Domain.Access.PersonalDataViewed"/>.</param>
    public async Task<ImmutableDictionary<SubjectId, Person>> PersonsAsync(
        Actor actor, IReadOnlyCollection<SubjectDossier> subjects, string what, CancellationToken cancellation)
    {
        if (subjects.Count == 0)
        {
            return ImmutableDictionary<SubjectId, Person>.Empty;
        }

        await access.RecordAsync(actor, subjects.Select(subject => subject.Subject.Id), what, "page", null);
        return await SamePersonsAsync(subjects, cancellation);
    }

    /// <summary>Persons whom this view has put on record already.</summary>
    public async Task<ImmutableDictionary<SubjectId, Person>> SamePersonsAsync(IReadOnlyCollection<SubjectDossier> subjects, CancellationToken cancellation)
    {
        ImmutableDictionary<Guid, JsonElement> bodies = await personal.ReadAsync([.. subjects.Select(subject => subject.PersonId)], cancellation);
        return subjects.ToImmutableDictionary(
            subject => subject.Subject.Id,
            subject => bodies.TryGetValue(subject.PersonId, out JsonElement body) ? Person.From(body) : Person.Erased);
    }

    /// <summary>What officers noted; the look at the alert covers it.</summary>
    public async Task<ImmutableDictionary<Guid, string>> NotesAsync(IReadOnlyCollection<Guid> notes, CancellationToken cancellation)
    {
        ImmutableDictionary<Guid, JsonElement> bodies = await personal.ReadAsync(notes, cancellation);
        return bodies.ToImmutableDictionary(note => note.Key, note => Person.Text(note.Value, "text") ?? string.Empty);
    }
}
