using System.Collections.Immutable;
using System.Security.Claims;
using Correction.Domain;
using Correction.Domain.Access;
using Correction.Domain.Accounts;
using Correction.Server.Accounts;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Server.Access;

/// <summary>One look at persons' data.</summary>
/// <param name="Persons">Keys of the streams of relatives and prisoners.</param>
/// <param name="Export">The export that was ordered, or whose file was taken.</param>
public sealed record Look(
    long Sequence, Instant At, Actor By, ImmutableArray<string> Subjects, ImmutableArray<string> Persons, string What, string Via, string? Purpose, ExportedEvents? Export);

/// <param name="Verdict">Null: nobody has judged it.</param>
/// <param name="By">Who judged it last.</param>
public sealed record LookingProposal(UnusualLooking Looking, LookingVerdict? Verdict, string? By);

/// <summary>Which looks; what is not given does not restrict.</summary>
internal sealed record LookFilter
{
    public long AfterSequence { get; init; }

    public string? Account { get; init; }

    public string? What { get; init; }

    public string? Via { get; init; }

    /// <summary>Part of it.</summary>
    public string? Purpose { get; init; }

    public Instant? From { get; init; }

    public Instant? To { get; init; }

    /// <summary>Ids of subjects and keys of persons: looks at one of them.</summary>
    public ImmutableHashSet<string>? Seen { get; init; }

    internal bool Asks(Look look) =>
        (What is null || look.What == What) && (Via is null || look.Via == Via)
        && (Purpose is null || look.Purpose?.Contains(Purpose, StringComparison.OrdinalIgnoreCase) == true)
        && (Seen is null || look.Subjects.Any(Seen.Contains) || look.Persons.Any(Seen.Contains));
}

/// <summary>Who looked at whose data, for auditors: looks of accounts of their jurisdiction, in the order in which they were recorded.</summary>
internal sealed class LookBook(EventReader events)
{
    private const int Most = 500;

    public async IAsyncEnumerable<Look> ReadAsync(ClaimsPrincipal reader, LookFilter filter, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        SubjectId? only = filter.Seen is { Count: 1 } seen && SubjectId.TryParse(seen.Single(), out SubjectId subject) ? subject : null;
        var query = new EventQuery(filter.AfterSequence, null, EventRegistry.Names[typeof(PersonalDataViewed)], filter.Account, filter.From, filter.To, Seen: only);
        await foreach (RecordedEvent happened in events.ReadAsync(query, cancellation))
        {
            if (reader.Covers(Jurisdiction.Parse(happened.Actor.Jurisdiction)) && Open(happened) is var look && filter.Asks(look))
            {
                yield return look;
            }
        }
    }

    /// <summary>The first <see cref="Most"/> of them.</summary>
    public async Task<IReadOnlyList<Look>> FindAsync(ClaimsPrincipal reader, LookFilter filter, CancellationToken cancellation) =>
        await ReadAsync(reader, filter, cancellation).Take(Most).ToListAsync(cancellation);

    /// <summary>What of all looks of a period stands out, for a human to look at, and what one made of it.</summary>
    public async Task<ImmutableArray<LookingProposal>> UnusualAsync(ClaimsPrincipal reader, Instant from, Instant to, CancellationToken cancellation)
    {
        ImmutableArray<UnusualLooking> found = UnusualLooking.Among(
            await ReadAsync(reader, new LookFilter { From = from, To = to }, cancellation)
                .Select(look => new LookTaken(look.By.Account, look.At, [.. look.Subjects, .. look.Persons])).ToListAsync(cancellation),
            await RelativesAsync(cancellation));
        if (found.IsEmpty)
        {
            return [];
        }

        var verdicts = new Dictionary<(LookingRule, string, LocalDate), (LookingVerdict Verdict, string By)>();
        await foreach (RecordedEvent happened in events.ReadAsync(new EventQuery(Type: EventRegistry.Names[typeof(UnusualLookingJudged)], From: from), cancellation))
        {
            var judged = (UnusualLookingJudged)happened.Data;
            verdicts[(judged.Rule, judged.Account, judged.Date)] = (judged.Verdict, happened.Actor.Account);
        }

        return [.. found.Select(looking => verdicts.TryGetValue((looking.Rule, looking.Account, looking.Date), out var known) ? new LookingProposal(looking, known.Verdict, known.By) : new(looking, null, null))];
    }

    /// <summary>Whom each account's holder declared to be a relative, whenever that was.</summary>
    private async Task<ILookup<string, string>> RelativesAsync(CancellationToken cancellation) =>
        (await events.ReadAsync(new EventQuery(Type: EventRegistry.Names[typeof(RelationDeclared)]), cancellation)
            .Select(declared => (Account: StreamKeys.Parse(declared.StreamKey).Id, Subject: ((RelationDeclared)declared.Data).Subject.ToString())).ToListAsync(cancellation))
        .ToLookup(declared => declared.Account, declared => declared.Subject);

    private static Look Open(RecordedEvent happened)
    {
        var viewed = (PersonalDataViewed)happened.Data;
        return new(happened.Sequence, happened.OccurredAt, happened.Actor, [.. viewed.Subjects.Select(id => id.ToString())], viewed.Persons ?? [], viewed.What, viewed.Via, viewed.Purpose, viewed.Export);
    }
}
