using System.Collections.Immutable;
using System.Globalization;
using System.Security.Claims;
using Correction.Domain;
using Correction.Domain.Access;
using Correction.Server.Access;
using Correction.Server.Accounts;
using Correction.Server.Api;
using Correction.Store.Exports;
using Correction.Store.Ledger;
using Correction.Store.Reading;
using Microsoft.Net.Http.Headers;
using NodaTime;

namespace Correction.Server.Exports;

/// <summary>
/// Takes orders for exports and gives their files out, each on record first. An export is its account's alone, and only while
/// that account's jurisdiction covers the one that it was ordered for.
/// </summary>
internal sealed class ExportDesk(ExportBook book, ExportFiles files, SettledSequence settled, AccessRecorder access, IClock clock)
{
    public static string Write(Guid export) => export.ToString("N", CultureInfo.InvariantCulture);

    public static string ContentType(ExportFormat format) => format == ExportFormat.Csv ? Csv.ContentType : "application/x-ndjson";

    /// <summary>Reads what is wanted; what is wrong stands in the body's errors.</summary>
    public static (EventQuery Query, ExportFormat Format) Read(RequestBody body)
    {
        string? stream = body.OptionalText("stream"), type = body.OptionalText("type");
        if (SubjectId.TryParse(stream, out SubjectId subject))
        {
            stream = StreamKeys.Subject(subject);
        }
        else if (stream?.IndexOf('/', StringComparison.Ordinal) is <= 0)
        {
            body.Fail("stream", "A stream's key such as visit/{id}, or a subject's id.");
        }

        if (type is not null && !EventRegistry.Types.ContainsKey(type))
        {
            body.Fail("type", "An event's name such as zone_imposed.");
        }

        var query = new EventQuery(body.Sequence("afterSequence"), stream, type, body.OptionalText("actor"), body.OptionalInstant("from"), body.OptionalInstant("to"));
        if (query.From >= query.To)
        {
            body.Fail("to", "Later than from.");
        }

        return (query, body.OptionalChoice<ExportFormat>("format") ?? ExportFormat.Ndjson);
    }

    /// <summary>Ordered under this id once; null: something else was.</summary>
    /// <param name="via">As in <see cref="PersonalDataViewed"/>.</param>
    public async Task<ExportJob?> OrderAsync(ClaimsPrincipal user, Guid id, EventQuery query, ExportFormat format, string via, string? purpose, CancellationToken cancellation)
    {
        Actor actor = user.Actor();
        if (await book.FindAsync(id, cancellation) is { } before)
        {
            return before.Query with { UpTo = null } == query && before.Format == format ? before : null;
        }

        query = query with { UpTo = Math.Max(query.AfterSequence, await settled.ReadAsync(cancellation)) };
        ExportJob export = ExportJob.Ordered(id, actor.Account, Jurisdiction.Parse(actor.Jurisdiction), purpose, query, format, clock.GetCurrentInstant());
        await access.RecordAsync(actor, Record(export), via, purpose);
        await book.OrderAsync(export, cancellation);
        return await book.FindAsync(id, cancellation);
    }

    /// <summary>The account's own, the latest first.</summary>
    public async Task<ImmutableArray<ExportJob>> OwnAsync(ClaimsPrincipal user, CancellationToken cancellation) =>
        [.. (await book.OfAsync(user.Actor().Account, cancellation)).Where(export => user.Covers(export.Jurisdiction))];

    /// <summary>Null where there is none, or where it is another account's.</summary>
    public async Task<ExportJob?> FindAsync(ClaimsPrincipal user, string id, CancellationToken cancellation) =>
        Guid.TryParseExact(id, "N", out Guid key) && await book.FindAsync(key, cancellation) is { } found && found.Account == user.Actor().Account && user.Covers(found.Jurisdiction) ? found : null;

    /// <summary>As it stands after; in another state than <c>cancelled</c> where it had ended before.</summary>
    public async Task<ExportJob> CancelAsync(ExportJob export, CancellationToken cancellation)
    {
        await book.CancelAsync(export.Id, clock.GetCurrentInstant(), cancellation);
        return await book.FindAsync(export.Id, cancellation) ?? export;
    }

    /// <summary>As it stands after; <c>done</c> where there is nothing to resume.</summary>
    public async Task<ExportJob> ResumeAsync(ExportJob export, CancellationToken cancellation)
    {
        await book.ResumeAsync(export.Id, cancellation);
        return await book.FindAsync(export.Id, cancellation) ?? export;
    }

    /// <summary>Its file, also in ranges; on record first.</summary>
    /// <param name="purpose">What the order stated where it is null.</param>
    public async Task<IResult> GiveAsync(HttpContext http, ExportJob export, string? purpose)
    {
        if (export.Sha256 is null)
        {
            return Problems.Of(StatusCodes.Status409Conflict, "exportNotDone", "The export is not done: GET tells how far it is.");
        }

        if (!files.Holds(export))
        {
            return Problems.Of(StatusCodes.Status404NotFound, "exportFileGone", "The file is not on this host any more: order the export again.");
        }

        await access.RecordAsync(http.User.Actor(), Record(export), "export", purpose ?? export.Purpose);
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.PhysicalFile(
            files.PathOf(export.Id), ContentType(export.Format), $"events-{Write(export.Id)}.{WireNames<ExportFormat>.Of(export.Format)}",
            entityTag: new EntityTagHeaderValue($"\"{export.Sha256}\""), enableRangeProcessing: true);
    }

    private static ExportedEvents Record(ExportJob export) => new(
        Write(export.Id), export.Query.AfterSequence, export.UpTo, export.Query.Stream, export.Query.Type, export.Query.Account, export.Query.From, export.Query.To);
}
