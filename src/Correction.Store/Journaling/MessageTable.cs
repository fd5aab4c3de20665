using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Messages;
using Correction.Projections;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Correction.Store.Journaling;

/// <summary>The outbox of messages to families, as commits change it: a message comes with its event and is settled with another.</summary>
internal static class MessageTable
{
    /// <summary>How facts stand in their column.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { NodaTime.Serialization.SystemTextJson.NodaConverters.InstantConverter } };

    public static void Add(NpgsqlBatch batch, IReadOnlyList<JournalEntry> entries, Instant now)
    {
        string[] ended = [.. entries.SelectMany(entry => entry.RemindersEnded)];
        if (ended.Length > 0)
        {
            batch.Add("delete from correction.family_message where about = any($1) and next_try_at is not null and tries = 0 and due_at > $2", ended, now.ToDateTimeUtc());
        }

        foreach (FamilyMessage message in entries.SelectMany(entry => entry.Messages))
        {
            NpgsqlBatchCommand insert = batch.Add(
                "insert into correction.family_message (id, kind, about, account, relatives, facts, due_at, not_after, next_try_at) values ($1, $2, $3, $4, $5, $6::json, $7, $8, $7)",
                message.Id.Value,
                WireNames<MessageKind>.Of(message.Kind),
                message.About,
                message.Account ?? (object)DBNull.Value,
                message.Relatives.Select(relative => relative.Value).ToArray(),
                JsonSerializer.Serialize(message.Facts, Json),
                message.DueAt.ToDateTimeUtc(),
                message.NotAfter.ToDateTimeUtc());
            insert.Parameters[3].NpgsqlDbType = NpgsqlDbType.Text;
        }

        foreach (NewEvent happened in entries.SelectMany(entry => entry.Streams).SelectMany(append => append.Events))
        {
            if (happened.Data is FamilyMessageSettled settled)
            {
                AddSettlement(batch, settled, happened.OccurredAt);
            }
        }
    }

    private static void AddSettlement(NpgsqlBatch batch, FamilyMessageSettled settled, Instant at)
    {
        NpgsqlBatchCommand update = batch.Add(
            "update correction.family_message set next_try_at = null, outcome = $2, way = $3, tries = $4, answer = $5, told = $6, settled_at = $7 where id = $1",
            settled.MessageId.Value,
            WireNames<MessageOutcome>.Of(settled.Outcome),
            settled.Way is { } way ? WireNames<MessageWay>.Of(way) : DBNull.Value,
            settled.Tries,
            settled.Answer ?? (object)DBNull.Value,
            settled.Text ?? (object)DBNull.Value,
            at.ToDateTimeUtc());
        foreach (int text in (int[])[2, 4, 5])
        {
            update.Parameters[text].NpgsqlDbType = NpgsqlDbType.Text;
        }
    }
}
