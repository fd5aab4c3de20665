using System.Collections.Immutable;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Messages;
using Correction.Domain.Visits;
using Correction.Projections;
using Correction.Store.Journaling;
using NodaTime;
using Npgsql;

namespace Correction.Store.Messages;

/// <summary>A message and how far it is.</summary>
/// <param name="Tries">How often it was taken to be sent.</param>
/// <param name="NextTryAt">Null: settled.</param>
/// <param name="Answer">Codes of the last answer.</param>
/// <param name="Outcome">Null: it waits.</param>
/// <param name="Text">As it was sent.</param>
public sealed record OutboxMessage(
    FamilyMessage Message, int Tries, Instant? NextTryAt, string? Answer, MessageOutcome? Outcome, MessageWay? Way, string? Text, Instant? SettledAt);

/// <summary>
/// The outbox of messages to families. Messages come in and are settled by the Journal, with their events; here they are taken
/// to be sent, and read.
/// </summary>
public sealed class MessageOutbox(NpgsqlDataSource database)
{
    private const string Columns = "id, kind, about, account, relatives, facts, due_at, not_after, tries, next_try_at, answer, outcome, way, told, settled_at";

    /// <summary>
    /// Takes messages that are due, the longest due first. One that is taken is nobody else's until <paramref name="lease"/> is
    /// over: by then it is settled, put off, or its host died and another takes it.
    /// </summary>
    public async Task<ImmutableArray<OutboxMessage>> TakeAsync(Instant now, Duration lease, int limit, CancellationToken cancellation = default)
    {
        await using NpgsqlCommand take = database.CreateCommand(
            $"""
            update correction.family_message set next_try_at = $2, tries = tries + 1 where id in (
                select id from correction.family_message where next_try_at <= $1 order by next_try_at limit $3 for update skip locked)
            returning {Columns}
            """);
        foreach (object value in (object[])[now.ToDateTimeUtc(), (now + lease).ToDateTimeUtc(), limit])
        {
            take.Parameters.Add(new() { Value = value });
        }

        return await ReadAsync(take, cancellation);
    }

    /// <summary>Not now: it is taken again then.</summary>
    public async Task PutOffAsync(MessageId message, Instant until, string answer, CancellationToken cancellation = default)
    {
        await using NpgsqlCommand put = database.CreateCommand("update correction.family_message set next_try_at = $2, answer = $3 where id = $1 and next_try_at is not null");
        foreach (object value in (object[])[message.Value, until.ToDateTimeUtc(), answer])
        {
            put.Parameters.Add(new() { Value = value });
        }

        await put.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>What was due by now about a stream, the latest first.</summary>
    /// <param name="account">Only what was for this account; null: for all.</param>
    public Task<ImmutableArray<OutboxMessage>> AboutAsync(string streamKey, string? account, Instant now, CancellationToken cancellation = default) =>
        ListAsync("about = $1 and ($2::text is null or account = $2)", streamKey, account, now, cancellation);

    /// <summary>What was due by now for an account, the latest first.</summary>
    public Task<ImmutableArray<OutboxMessage>> ForAsync(string account, Instant now, CancellationToken cancellation = default) =>
        ListAsync("account = $1 and $2::text is null", account, null, now, cancellation);

    private async Task<ImmutableArray<OutboxMessage>> ListAsync(string which, string first, string? second, Instant now, CancellationToken cancellation)
    {
        await using NpgsqlCommand list = database.CreateCommand($"select {Columns} from correction.family_message where {which} and due_at <= $3 order by due_at desc, id desc limit 100");
        foreach (object value in (object[])[first, second ?? (object)DBNull.Value, now.ToDateTimeUtc()])
        {
            list.Parameters.Add(new() { Value = value });
        }

        return await ReadAsync(list, cancellation);
    }

    private static async Task<ImmutableArray<OutboxMessage>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellation);
        var found = ImmutableArray.CreateBuilder<OutboxMessage>();
        while (await row.ReadAsync(cancellation))
        {
            var message = new FamilyMessage(
                new MessageId(row.GetGuid(0)), Named<MessageKind>(row, 1)!.Value, row.GetString(2), Text(row, 3),
                [.. (await row.GetFieldValueAsync<Guid[]>(4, cancellation)).Select(id => new RelativeId(id))],
                JsonSerializer.Deserialize<MessageFacts>(row.GetString(5), MessageTable.Json)!, Moment(row, 6)!.Value, Moment(row, 7)!.Value);
            found.Add(new OutboxMessage(
                message, row.GetInt32(8), Moment(row, 9), Text(row, 10), Named<MessageOutcome>(row, 11), Named<MessageWay>(row, 12), Text(row, 13), Moment(row, 14)));
        }

        return found.DrainToImmutable();
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static Instant? Moment(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : Instant.FromDateTimeUtc(row.GetDateTime(column));

    private static T? Named<T>(NpgsqlDataReader row, int column)
        where T : struct, Enum =>
        row.IsDBNull(column) ? null : WireNames<T>.TryParse(row.GetString(column), out T value) ? value : throw new InvalidOperationException($"'{row.GetString(column)}' is no {typeof(T).Name}.");
}
