using System.Collections.Immutable;
using NodaTime;
using Npgsql;

namespace Correction.Store.Reading;

/// <summary>Which streams' grains must look by now. The deadlines themselves are written by the Journal.</summary>
public sealed class DeadlineStore(NpgsqlDataSource database)
{
    /// <summary>Stream keys, the longest overdue first.</summary>
    public async Task<ImmutableArray<string>> DueAsync(Instant now, int limit, CancellationToken cancellation)
    {
        await using NpgsqlCommand find = database.CreateCommand(
            "select stream_key from correction.deadline where look_at <= $1 order by look_at limit $2");
        find.Parameters.Add(new() { Value = now.ToDateTimeUtc() });
        find.Parameters.Add(new() { Value = limit });
        await using NpgsqlDataReader row = await find.ExecuteReaderAsync(cancellation);
        var due = ImmutableArray.CreateBuilder<string>();
        while (await row.ReadAsync(cancellation))
        {
            due.Add(row.GetString(0));
        }

        return due.DrainToImmutable();
    }
}
