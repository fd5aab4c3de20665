using System.Collections.Immutable;
using System.Text.Json;
using Correction.Projections;
using NodaTime;
using Npgsql;

namespace Correction.Store.Rebuilding;

/// <summary>A read model, how far behind the events it is, and its last rebuild.</summary>
/// <param name="Behind">Events that it has not taken in yet, of any kind.</param>
/// <param name="Last">Null where it was never rebuilt.</param>
public sealed record ReadModelState(string Name, uint Revision, long Behind, RebuildState? Last);

/// <summary>How a rebuild stands, on whichever host it runs.</summary>
/// <param name="Running">False with no end: its host died; start it again.</param>
/// <param name="Folded">Events folded, of <paramref name="Total"/>.</param>
/// <param name="Differing">Rows in which old and new differed.</param>
/// <param name="Differences">The first of them.</param>
/// <param name="Agrees">Null until it ends.</param>
/// <param name="Failure">Why it failed; the log has more.</param>
public sealed record RebuildState(
    bool Running, Instant BegunAt, Instant? EndedAt, long Folded, long Total, long Differing, ImmutableArray<RowDifference> Differences, bool? Agrees, string? Failure);

/// <summary>The last rebuild of each read model, in the database: any host tells of it. One runs at a time.</summary>
public sealed class RebuildRuns(NpgsqlDataSource database, IClock clock)
{
    private const string Lock = "hashtextextended('rebuild/' || $1, 0)";

    public async Task<ImmutableArray<ReadModelState>> ReadAsync(CancellationToken cancellation = default)
    {
        var found = ImmutableArray.CreateBuilder<ReadModelState>();
        foreach (ReadModel model in ReadModel.All())
        {
            await using NpgsqlCommand read = database.CreateCommand(
                $"""
                select coalesce((select max(seq_id) from correction.mt_events), 0) - coalesce((select last_seq_id from correction.mt_event_progression where name = $2), 0),
                    exists (select from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
                        and (classid::bigint << 32 | objid::bigint) = {Lock}),
                    begun_at, ended_at, folded, total, differing, differences, agrees, failure
                from (select) as always left join correction.rebuild on name = $1
                """);
            read.Parameters.Add(new() { Value = model.Name });
            read.Parameters.Add(new() { Value = model.Progress });
            await using NpgsqlDataReader row = await read.ExecuteReaderAsync(cancellation);
            await row.ReadAsync(cancellation);
            found.Add(new ReadModelState(model.Name, model.Revision, row.GetInt64(0), row.IsDBNull(2) ? null : Read(row)));
        }

        return found.DrainToImmutable();
    }

    /// <exception cref="RebuildRunningException">One is running.</exception>
    internal async Task<RebuildRun> BeginAsync(ReadModel model, CancellationToken cancellation)
    {
        NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        try
        {
            await using NpgsqlCommand take = new($"select pg_try_advisory_lock({Lock})", connection);
            take.Parameters.Add(new() { Value = model.Name });
            if (await take.ExecuteScalarAsync(cancellation) is not true)
            {
                throw new RebuildRunningException(model.Name);
            }

            var run = new RebuildRun(connection, model.Name, clock);
            await run.BeginAsync();
            return run;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static RebuildState Read(NpgsqlDataReader row) => new(
        row.GetBoolean(1), At(row, 2)!.Value, At(row, 3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6),
        JsonSerializer.Deserialize<ImmutableArray<RowDifference>>(row.GetString(7), JsonSerializerOptions.Web), row.IsDBNull(8) ? null : row.GetBoolean(8), row.IsDBNull(9) ? null : row.GetString(9));

    private static Instant? At(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : Instant.FromDateTimeUtc(row.GetDateTime(column));
}

/// <summary>A rebuild that runs; its connection holds the lock, which ends with it.</summary>
internal sealed class RebuildRun(NpgsqlConnection connection, string name, IClock clock) : IAsyncDisposable
{
    public Task BeginAsync() => WriteAsync(
        """
        insert into correction.rebuild (name, begun_at, folded, total, differing, differences) values ($1, $2, 0, 0, 0, '[]')
        on conflict (name) do update set begun_at = excluded.begun_at, ended_at = null, folded = 0, total = 0, differing = 0, differences = '[]', agrees = null, failure = null
        """,
        Now);

    public Task TellAsync(long folded, long total) => WriteAsync("update correction.rebuild set folded = $2, total = $3 where name = $1", folded, total);

    public Task EndAsync(RebuildOutcome outcome) => WriteAsync(
        "update correction.rebuild set ended_at = $2, differing = $3, differences = $4::jsonb, agrees = $5 where name = $1",
        Now, outcome.Differing, JsonSerializer.Serialize(outcome.First, JsonSerializerOptions.Web), outcome.Agrees);

    /// <summary>Without the database it cannot be told: the run then shows as one whose host died.</summary>
    public Task FailAsync(Exception failure) =>
        IsOpen ? WriteAsync("update correction.rebuild set ended_at = $2, failure = $3 where name = $1", Now, failure.GetType().Name) : Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (IsOpen)
        {
            await using NpgsqlCommand release = new("select pg_advisory_unlock_all()", connection); // the pool keeps the connection
            await release.ExecuteNonQueryAsync();
        }

        await connection.DisposeAsync();
    }

    private bool IsOpen => connection.State == System.Data.ConnectionState.Open;

    private DateTime Now => clock.GetCurrentInstant().ToDateTimeUtc();

    private async Task WriteAsync(string sql, params object[] values)
    {
        await using NpgsqlCommand write = new(sql, connection);
        write.Parameters.Add(new() { Value = name });
        foreach (object value in values)
        {
            write.Parameters.Add(new() { Value = value });
        }

        await write.ExecuteNonQueryAsync();
    }
}
