using System.Collections.Immutable;
using System.Text.Json;
using Correction.Domain;
using Npgsql;

namespace Correction.Store.Reading;

/// <summary>Reads personal data. Whoever calls this records the look (ADR 0002).</summary>
public sealed class PersonalStore(NpgsqlDataSource database)
{
    /// <summary>The rows with these ids; erased ones are absent.</summary>
    public async Task<ImmutableDictionary<Guid, JsonElement>> ReadAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellation = default)
    {
        await using NpgsqlCommand read = database.CreateCommand("select id, body::text from correction.personal where id = any($1)");
        read.Parameters.Add(new() { Value = ids.ToArray() });
        return await ReadRowsAsync(read, cancellation);
    }

    /// <summary>The rows that still stand of those that these events refer to, wherever in the event the reference stands.</summary>
    /// <param name="streams">Streams that are wholly about the subject.</param>
    /// <param name="shared">Streams of which only the events that name the subject are.</param>
    public async Task<ImmutableArray<Guid>> RowsOfAsync(
        IReadOnlyCollection<string> streams, IReadOnlyCollection<string> shared, SubjectId subject, CancellationToken cancellation = default)
    {
        await using NpgsqlCommand find = database.CreateCommand(
            """
            select row.id from correction.personal row where row.id in (
                select (reference #>> '{}')::uuid
                from correction.mt_events happened, jsonb_path_query(happened.data, '$.** ? (exists(@.hash) && exists(@.id)).id') reference
                where happened.stream_id = any($1) or (happened.stream_id = any($2) and happened.data ->> 'subjectId' = $3))
            order by row.id
            """);
        find.Parameters.Add(new() { Value = streams.ToArray() });
        find.Parameters.Add(new() { Value = shared.ToArray() });
        find.Parameters.Add(new() { Value = subject.ToString() });
        await using NpgsqlDataReader row = await find.ExecuteReaderAsync(cancellation);
        var found = ImmutableArray.CreateBuilder<Guid>();
        while (await row.ReadAsync(cancellation))
        {
            found.Add(row.GetGuid(0));
        }

        return found.ToImmutable();
    }

    /// <summary>
    /// Rewrites the table where rows were erased since it was last done: PostgreSQL leaves the bytes of a deleted row in
    /// its page, and VACUUM FULL takes those along that an older snapshot could still see. Nothing can read or write the
    /// table meanwhile, some seconds for a county; who uses it first is not kept waiting, then the next round does it. Safe to
    /// repeat.
    /// </summary>
    public async Task RewriteAsync(CancellationToken cancellation = default)
    {
        await using NpgsqlCommand due = database.CreateCommand("select array_agg(id) from correction.personal_rewrite");
        if (await due.ExecuteScalarAsync(cancellation) is not long[] asked)
        {
            return;
        }

        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        await using NpgsqlTransaction all = await connection.BeginTransactionAsync(cancellation);
        await using NpgsqlCommand rewrite = new(
            """
            set local lock_timeout = '1s';
            lock table correction.personal in access exclusive mode;
            create temporary table standing on commit drop as select * from correction.personal;
            truncate correction.personal;
            insert into correction.personal select * from standing
            """,
            connection);
        try
        {
            await rewrite.ExecuteNonQueryAsync(cancellation);
        }
        catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return; // it stays due
        }

        await using NpgsqlCommand done = new("delete from correction.personal_rewrite where id = any($1)", connection);
        done.Parameters.Add(new() { Value = asked });
        await done.ExecuteNonQueryAsync(cancellation);
        await all.CommitAsync(cancellation);
    }

    private static async Task<ImmutableDictionary<Guid, JsonElement>> ReadRowsAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellation);
        var found = ImmutableDictionary.CreateBuilder<Guid, JsonElement>();
        while (await row.ReadAsync(cancellation))
        {
            using JsonDocument body = JsonDocument.Parse(row.GetString(1));
            found[row.GetGuid(0)] = body.RootElement.Clone();
        }

        return found.ToImmutable();
    }
}

/// <summary>The name in a person's row.</summary>
public static class PersonName
{
    /// <summary>Stands for the name of a person whose row was erased, so that every list, link and picture shows something.</summary>
    public const string Erased = "—";

    /// <summary><see cref="Erased"/> where the row is gone.</summary>
    public static string In(ImmutableDictionary<Guid, JsonElement> rows, Guid id) =>
        rows.TryGetValue(id, out JsonElement person) && person.TryGetProperty("name", out JsonElement name) ? name.GetString() ?? Erased : Erased;
}
