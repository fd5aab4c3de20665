using System.Collections.Immutable;
using Correction.Projections;
using Marten;
using Npgsql;
using Weasel.Core;

namespace Correction.Store.Rebuilding;

/// <summary>How one row differs: <c>missing</c>, <c>surplus</c>, or the names of the columns that are otherwise.</summary>
public sealed record RowDifference(string Id, ImmutableArray<string> Columns);

/// <param name="First">The first hundred.</param>
internal sealed record Differences(long Count, ImmutableArray<RowDifference> First);

/// <summary>The table beside a read model's: filled anew, compared, and its rows put in the place of those that differ.</summary>
internal sealed class ShadowTable
{
    /// <summary>Seconds that a statement over a whole table may take: as long as it takes.</summary>
    internal const int Unlimited = 0;

    private const int Told = 100;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly NpgsqlDataSource _database;
    private readonly string _progress;
    private readonly string _used;
    private readonly string _beside;
    private readonly string[] _columns;

    private ShadowTable(NpgsqlDataSource database, string progress, string used, string beside, string[] columns) =>
        (_database, _progress, _used, _beside, _columns) = (database, progress, used, beside, columns);

    /// <summary>Empty, and of the shape of the table in use but for its indexes.</summary>
    public static async Task<ShadowTable> CreateAsync(IDocumentStore inUse, IDocumentStore store, ReadModel model, NpgsqlDataSource database, CancellationToken cancellation)
    {
        DbObjectName used = inUse.Options.FindOrResolveDocumentType(model.Document).TableName;
        DbObjectName beside = store.Options.FindOrResolveDocumentType(model.Document).TableName;
        await ExecuteAsync(
            database,
            $"""
            create schema if not exists {beside.Schema};
            drop table if exists {beside.QualifiedName};
            create unlogged table {beside.QualifiedName} (like {used.QualifiedName} including defaults);
            alter table {beside.QualifiedName} add primary key (id)
            """,
            cancellation);
        await using NpgsqlCommand read = database.CreateCommand(
            "select array_agg(column_name::text order by ordinal_position) from information_schema.columns where table_schema = $1 and table_name = $2");
        read.Parameters.Add(new() { Value = used.Schema });
        read.Parameters.Add(new() { Value = used.Name });
        string[] columns = (string[])(await read.ExecuteScalarAsync(cancellation))!;
        return new ShadowTable(database, model.Progress, used.QualifiedName, beside.QualifiedName, columns);
    }

    public Task DropAsync(CancellationToken cancellation) => ExecuteAsync(_database, $"drop table {_beside}", cancellation);

    public async Task DeleteAsync(string[] ids, CancellationToken cancellation)
    {
        await using NpgsqlCommand delete = _database.CreateCommand($"delete from {_beside} where id = any($1)");
        delete.Parameters.Add(new() { Value = ids });
        await delete.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Up to which event the table in use is folded.</summary>
    public async Task<long> PlaceAsync(NpgsqlConnection? connection, CancellationToken cancellation)
    {
        await using NpgsqlCommand read = connection?.CreateCommand() ?? _database.CreateCommand();
        read.CommandText = "select coalesce(max(last_seq_id), 0) from correction.mt_event_progression where name = $1";
        read.Parameters.Add(new() { Value = _progress });
        return (long)(await read.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Until the transaction ends nobody writes the table in use; it is read as ever.</summary>
    public async Task KeepDaemonWaitingAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using NpgsqlCommand take = new($"lock table {_used} in share row exclusive mode", connection) { CommandTimeout = Unlimited };
        await take.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Waits until whatever the daemon was about to write stands: it has taken in every event of now.</summary>
    public async Task WaitForDaemonAsync(TimeProvider time, CancellationToken cancellation)
    {
        await using NpgsqlCommand read = _database.CreateCommand("select coalesce(max(seq_id), 0) from correction.mt_events");
        long target = (long)(await read.ExecuteScalarAsync(cancellation))!;
        long begun = time.GetTimestamp();
        while (await PlaceAsync(null, cancellation) < target && time.GetElapsedTime(begun) < Patience)
        {
            await Task.Delay(Step, time, cancellation);
        }
    }

    /// <summary>Every column but the time of writing.</summary>
    public async Task<Differences> CompareAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        string[] compared = [.. _columns.Where(column => column is not ("id" or "mt_last_modified"))];
        string columns = string.Join(", ", compared.Select(column => $"case when used.\"{column}\" is distinct from {New(column)} then '{column}' end"));
        await using NpgsqlCommand compare = new(
            $"""
            create temp table if not exists differing (id text primary key, columns text[]) on commit drop;
            insert into differing
            select coalesce(used.id, beside.id),
                case when used.id is null then array['missing'] when beside.id is null then array['surplus'] else array_remove(array[{columns}], null) end
            from {_used} as used full join {_beside} as beside on used.id = beside.id
            where used.id is null or beside.id is null or ({string.Join(", ", compared.Select(column => $"used.\"{column}\""))}) is distinct from ({string.Join(", ", compared.Select(New))});
            """,
            connection) { CommandTimeout = Unlimited };
        await compare.ExecuteNonQueryAsync(cancellation);
        await using NpgsqlCommand read = new($"select id, columns, count(*) over () from differing order by id limit {Told}", connection);
        await using NpgsqlDataReader row = await read.ExecuteReaderAsync(cancellation);
        var first = ImmutableArray.CreateBuilder<RowDifference>();
        long count = 0;
        while (await row.ReadAsync(cancellation))
        {
            first.Add(new RowDifference(row.GetString(0), [.. row.GetFieldValue<string[]>(1)]));
            count = row.GetInt64(2);
        }

        return new Differences(count, first.DrainToImmutable());
    }

    /// <summary>What the comparison of this transaction found is put right.</summary>
    public async Task ReplaceAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        string columns = string.Join(", ", _columns.Select(column => $"\"{column}\""));
        await using NpgsqlCommand replace = new(
            $"""
            delete from {_used} where id in (select id from differing);
            insert into {_used} ({columns}) select {string.Join(", ", _columns.Select(New))} from {_beside} as beside where id in (select id from differing);
            """,
            connection) { CommandTimeout = Unlimited };
        await replace.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Written in bulk, a document is at revision 1; the daemon counts its revision by the stream's version, which every read model holds.</summary>
    private static string New(string column) => column == "mt_version" ? "(beside.data ->> 'version')::bigint" : $"beside.\"{column}\"";

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql, CancellationToken cancellation)
    {
        await using NpgsqlCommand command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
