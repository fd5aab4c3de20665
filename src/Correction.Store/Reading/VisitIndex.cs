using System.Collections.Immutable;
using System.Globalization;
using Correction.Domain;
using Correction.Domain.Visits;
using Correction.Projections;
using Marten;
using NodaTime;
using Npgsql;

namespace Correction.Store.Reading;

/// <summary>Whose visits and relatives a reader may see: exactly one of these is given.</summary>
/// <param name="Account">A family's: what it is party to.</param>
/// <param name="Prison">A prison's: what goes to its prisoners.</param>
/// <param name="Office">A judicial office's, or one above it: what it hosts or covers. A station hosts for its county too.</param>
public sealed record VisitScope(string? Account, string? Prison, string? Office)
{
    /// <summary>What restricts a query to the scope; its columns stand under these names in both read models.</summary>
    internal const string OfOffice = "($3::text is null or starts_with(jurisdiction, $3) or starts_with($3, jurisdiction))";
}

/// <param name="Stage">Null: any.</param>
/// <param name="From">Visits that begin from then on.</param>
/// <param name="To">Visits that begin before then.</param>
public sealed record VisitQuery(VisitScope Scope, VisitStage? Stage = null, Instant? From = null, Instant? To = null, Cursor? After = null, int Limit = 50)
{
    /// <summary>Only visits ahead that something has come in the way of.</summary>
    public bool InDoubt { get; init; }

    /// <summary>From when the list is seen; a list of another time than now is read by <see cref="PastReader"/>.</summary>
    public ViewTime When { get; init; }

    /// <summary>Whether a visit, as it was, is asked for.</summary>
    internal bool Asks(Visit visit) =>
        (Stage is null || visit.Stage == Stage) && (!InDoubt || visit.IsInDoubt) && (From is not { } from || from <= visit.From) && (To is not { } to || visit.From < to);
}

/// <summary>Finds visits, the earliest in front, and relatives, who applied first in front.</summary>
public sealed class VisitIndex(IDocumentStore documents, NpgsqlDataSource database)
{
    private readonly string _visits = documents.TableOf<VisitEntry>();
    private readonly string _relatives = documents.TableOf<RelativeEntry>();

    public async Task<Page<VisitEntry>> FindAsync(VisitQuery query, CancellationToken cancellation = default)
    {
        List<VisitEntry> found = await ReadAsync<VisitEntry>(
            $"""
            select data from {_visits}
            where ($1::text is null or data -> 'accounts' ? $1) and ($2::text is null or starts_with(prison, $2)) and {VisitScope.OfOffice}
              and ($4::text is null or stage = $4) and ($5::timestamptz is null or "from" >= $5) and ($6::timestamptz is null or "from" < $6)
              and ($7::timestamptz is null or ("from", id) > ($7, $8))
              and (not $10 or stage in ('applied', 'kinshipChecked', 'approved', 'scheduled') and jsonb_array_length(data -> 'visit' -> 'flags') > 0)
            order by "from", id limit $9
            """,
            [
                query.Scope.Account, query.Scope.Prison, query.Scope.Office, query.Stage is { } stage ? WireNames<VisitStage>.Of(stage) : null,
                query.From?.ToDateTimeUtc(), query.To?.ToDateTimeUtc(), Begins(query.After), query.After?.Second ?? "", query.Limit + 1, query.InDoubt,
            ],
            cancellation);
        return found.Count > query.Limit ? new(found[..query.Limit], After(found[query.Limit - 1])) : new(found, null);
    }

    /// <summary>The days in China with visits to a prison that begin from then on.</summary>
    public async Task<ImmutableArray<LocalDate>> DaysBookedAsync(Jurisdiction prison, Instant from, CancellationToken cancellation = default)
    {
        await using NpgsqlCommand find = database.CreateCommand(
            $"""select distinct ("from" at time zone 'Asia/Shanghai')::date from {_visits} where prison = $1 and "from" >= $2 order by 1""");
        find.Parameters.Add(new() { Value = prison.Code });
        find.Parameters.Add(new() { Value = from.ToDateTimeUtc() });
        await using NpgsqlDataReader rows = await find.ExecuteReaderAsync(cancellation);
        var days = ImmutableArray.CreateBuilder<LocalDate>();
        while (await rows.ReadAsync(cancellation))
        {
            days.Add(LocalDate.FromDateOnly(rows.GetFieldValue<DateOnly>(0)));
        }

        return days.ToImmutable();
    }

    /// <summary>Keys of the visits that may be in the answer to the query as of another time, in the order of their ids.</summary>
    internal async Task<Page<string>> CandidatesAsync(VisitQuery query, CancellationToken cancellation)
    {
        await using NpgsqlCommand find = database.CreateCommand(
            $"""
            select id from {_visits}
            where ($1::text is null or data -> 'accounts' ? $1) and ($2::text is null or starts_with(prison, $2)) and {VisitScope.OfOffice} and ($4::text is null or id > $4)
            order by id limit $5
            """);
        foreach (object? value in (object?[])[query.Scope.Account, query.Scope.Prison, query.Scope.Office, query.After?.Second, query.Limit + 1])
        {
            find.Parameters.Add(new() { Value = value ?? DBNull.Value });
        }

        return await find.ReadKeysAsync(query.Limit, cancellation);
    }

    /// <param name="prisonerNumber">Null: of all prisoners.</param>
    public async Task<Page<RelativeEntry>> FindRelativesAsync(
        VisitScope scope, RelativeStage? stage, string? prisonerNumber, Cursor? after, int limit, CancellationToken cancellation = default)
    {
        List<RelativeEntry> found = await ReadAsync<RelativeEntry>(
            $"""
            select data from {_relatives}
            where ($1::text is null or account = $1) and ($2::text is null or starts_with(prison, $2)) and {VisitScope.OfOffice}
              and ($4::text is null or stage = $4) and ($5::text is null or prisoner_number = $5) and ($6::text is null or id > $6)
            order by id limit $7
            """,
            [scope.Account, scope.Prison, scope.Office, stage is { } known ? WireNames<RelativeStage>.Of(known) : null, prisonerNumber, after?.Second, limit + 1],
            cancellation);
        return found.Count > limit ? new(found[..limit], new Cursor("", found[limit - 1].Id)) : new(found, null);
    }

    private async Task<List<T>> ReadAsync<T>(string sql, object?[] values, CancellationToken cancellation)
        where T : class
    {
        await using NpgsqlCommand find = database.CreateCommand(sql);
        foreach (object? value in values)
        {
            find.Parameters.Add(new() { Value = value ?? DBNull.Value });
        }

        await using NpgsqlDataReader row = await find.ExecuteReaderAsync(cancellation);
        var found = new List<T>();
        while (await row.ReadAsync(cancellation))
        {
            found.Add(documents.Options.Serializer().FromJson<T>(row, 0));
        }

        return found;
    }

    private static Cursor After(VisitEntry last) => new(last.From.UtcTicks.ToString(CultureInfo.InvariantCulture), last.Id); // slots begin at whole minutes

    private static DateTime? Begins(Cursor? after) =>
        after is { } cursor && long.TryParse(cursor.First, NumberStyles.None, CultureInfo.InvariantCulture, out long ticks) && ticks <= DateTime.MaxValue.Ticks
            ? new DateTime(ticks, DateTimeKind.Utc)
            : null;
}
