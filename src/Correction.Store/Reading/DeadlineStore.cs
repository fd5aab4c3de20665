using System.Collections.Immutable;
using Correction.Domain;
using NodaTime;
using Npgsql;

namespace Correction.Store.Reading;

/// <summary>Which subjects must be looked at by now. The deadlines themselves are written by the Journal.</summary>
public sealed class DeadlineStore(NpgsqlDataSource database)
{
    /// <summary>Nothing can fall due for the subject.</summary>
    public static Instant Never { get; } = Instant.FromUtc(9999, 1, 1, 0, 0);

    public async Task<ImmutableArray<SubjectId>> DueAsync(Instant now, int limit, CancellationToken cancellation)
    {
        await using NpgsqlCommand find = database.CreateCommand(
            "select subject_id from correction.deadline where look_at <= $1 order by look_at limit $2");
        find.Parameters.Add(new() { Value = now.ToDateTimeUtc() });
        find.Parameters.Add(new() { Value = limit });
        await using NpgsqlDataReader row = await find.ExecuteReaderAsync(cancellation);
        var due = ImmutableArray.CreateBuilder<SubjectId>();
        while (await row.ReadAsync(cancellation))
        {
            due.Add(new SubjectId(row.GetGuid(0)));
        }

        return due.DrainToImmutable();
    }
}
