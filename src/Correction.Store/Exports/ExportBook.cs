using System.Collections.Immutable;
using System.Text.Json;
using Correction.Domain;
using Correction.Projections;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using NodaTime;
using Npgsql;

namespace Correction.Store.Exports;

/// <summary>
/// The exports that were ordered. One that waits, or whose host died, is one host's until its lease is over; only the host that
/// took it last may say how far it is, and none may once it is cancelled.
/// </summary>
public sealed class ExportBook(NpgsqlDataSource database)
{
    private const int Most = 100;

    private const string Columns = "id, account, jurisdiction, purpose, query, format, ordered_at, state, takes, sequence, lines, bytes, sha256, failure, ended_at";

    /// <summary>Whoever took it last writes, while it runs.</summary>
    private const string Mine = "id = $1 and takes = $2 and state = 'running'";

    /// <summary>Puts it into the queue; one that is there already stays as it is.</summary>
    public Task OrderAsync(ExportJob export, CancellationToken cancellation = default) => ExecuteAsync(
        """
        insert into correction.export (id, account, jurisdiction, purpose, query, format, ordered_at, state, sequence)
        values ($1, $2, $3, $4::text, $5::json, $6, $7, 'queued', $8) on conflict (id) do nothing
        """,
        cancellation, export.Id, export.Account, export.Jurisdiction.Code, export.Purpose, JsonSerializer.Serialize(export.Query, MessageTable.Json),
        WireNames<ExportFormat>.Of(export.Format), export.OrderedAt.ToDateTimeUtc(), export.Sequence);

    public async Task<ExportJob?> FindAsync(Guid export, CancellationToken cancellation = default) =>
        (await ReadAsync($"select {Columns} from correction.export where id = $1", cancellation, export)).SingleOrDefault();

    /// <summary>What an account ordered, the latest first.</summary>
    public Task<ImmutableArray<ExportJob>> OfAsync(string account, CancellationToken cancellation = default) =>
        ReadAsync($"select {Columns} from correction.export where account = $1 order by ordered_at desc, id desc limit {Most}", cancellation, account);

    /// <summary>Takes the export that has waited longest; null where none waits. It is nobody else's until the lease is over.</summary>
    public async Task<ExportJob?> TakeAsync(Instant now, Duration lease, CancellationToken cancellation = default) => (await ReadAsync(
        $"""
        update correction.export set state = 'running', takes = takes + 1, taken_until = $2 where id = (
            select id from correction.export where state in ('queued', 'running') and (taken_until is null or taken_until <= $1)
            order by ordered_at, id limit 1 for update skip locked)
        returning {Columns}
        """,
        cancellation, now.ToDateTimeUtc(), (now + lease).ToDateTimeUtc())).SingleOrDefault();

    /// <summary>How far it is, and until when it is still this host's; false: it was cancelled, or another host took it.</summary>
    public Task<bool> TellAsync(ExportJob export, Instant until, CancellationToken cancellation = default) => ExecuteAsync(
        $"update correction.export set sequence = $3, lines = $4, bytes = $5, taken_until = $6 where {Mine}",
        cancellation, export.Id, export.Takes, export.Sequence, export.Lines, export.Bytes, until.ToDateTimeUtc());

    /// <summary>Gives it back before the lease is over.</summary>
    public Task ReleaseAsync(ExportJob export, CancellationToken cancellation = default) =>
        ExecuteAsync($"update correction.export set taken_until = null where {Mine}", cancellation, export.Id, export.Takes);

    public Task<bool> EndAsync(ExportJob export, string sha256, Instant now, CancellationToken cancellation = default) => ExecuteAsync(
        $"update correction.export set state = 'done', sha256 = $3, ended_at = $4 where {Mine}", cancellation, export.Id, export.Takes, sha256, now.ToDateTimeUtc());

    public Task<bool> FailAsync(ExportJob export, ExportFailure failure, Instant now, CancellationToken cancellation = default) => ExecuteAsync(
        $"update correction.export set state = 'failed', failure = $3, ended_at = $4 where {Mine}",
        cancellation, export.Id, export.Takes, WireNames<ExportFailure>.Of(failure), now.ToDateTimeUtc());

    /// <summary>False: it has ended already.</summary>
    public Task<bool> CancelAsync(Guid export, Instant now, CancellationToken cancellation = default) => ExecuteAsync(
        "update correction.export set state = 'cancelled', ended_at = $2 where id = $1 and state in ('queued', 'running')", cancellation, export, now.ToDateTimeUtc());

    /// <summary>Queues one that was cancelled or failed; it goes on behind its durable bytes. False: it was neither.</summary>
    public Task<bool> ResumeAsync(Guid export, CancellationToken cancellation = default) => ExecuteAsync(
        "update correction.export set state = 'queued', failure = null, ended_at = null, taken_until = null where id = $1 and state in ('cancelled', 'failed')", cancellation, export);

    /// <summary>Exports that ended before then.</summary>
    public async Task<ImmutableArray<Guid>> EndedBeforeAsync(Instant then, CancellationToken cancellation = default) =>
        [.. (await ReadAsync($"select {Columns} from correction.export where ended_at < $1 limit {Most}", cancellation, then.ToDateTimeUtc())).Select(export => export.Id)];

    /// <summary>Forgets one whose file is deleted; one that was resumed meanwhile stays, and is written anew.</summary>
    public Task ForgetAsync(Guid export, Instant then, CancellationToken cancellation = default) =>
        ExecuteAsync("delete from correction.export where id = $1 and ended_at < $2", cancellation, export, then.ToDateTimeUtc());

    private NpgsqlCommand Command(string sql, object?[] values)
    {
        NpgsqlCommand command = database.CreateCommand(sql);
        foreach (object? value in values)
        {
            command.Parameters.Add(new() { Value = value ?? DBNull.Value });
        }

        return command;
    }

    /// <summary>Whether a row was changed.</summary>
    private async Task<bool> ExecuteAsync(string sql, CancellationToken cancellation, params object?[] values)
    {
        await using NpgsqlCommand command = Command(sql, values);
        return await command.ExecuteNonQueryAsync(cancellation) > 0;
    }

    private async Task<ImmutableArray<ExportJob>> ReadAsync(string sql, CancellationToken cancellation, params object?[] values)
    {
        await using NpgsqlCommand command = Command(sql, values);
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellation);
        var found = ImmutableArray.CreateBuilder<ExportJob>();
        while (await row.ReadAsync(cancellation))
        {
            found.Add(new ExportJob(
                row.GetGuid(0), row.GetString(1), Jurisdiction.Parse(row.GetString(2)), Text(row, 3), JsonSerializer.Deserialize<EventQuery>(row.GetString(4), MessageTable.Json)!,
                Named<ExportFormat>(row.GetString(5)), Instant.FromDateTimeUtc(row.GetDateTime(6)), Named<ExportState>(row.GetString(7)), row.GetInt32(8), row.GetInt64(9), row.GetInt64(10), row.GetInt64(11),
                Text(row, 12), Text(row, 13) is { } failure ? Named<ExportFailure>(failure) : null, row.IsDBNull(14) ? null : Instant.FromDateTimeUtc(row.GetDateTime(14))));
        }

        return found.DrainToImmutable();
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static T Named<T>(string name)
        where T : struct, Enum => WireNames<T>.TryParse(name, out T value) ? value : throw new InvalidOperationException($"'{name}' is no {typeof(T).Name}.");
}
