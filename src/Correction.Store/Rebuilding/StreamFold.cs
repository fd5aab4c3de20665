using System.Collections.Immutable;
using Correction.Projections;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using JasperFx.Events;
using Marten;
using Marten.Events;
using Npgsql;
using Weasel.Core;

namespace Correction.Store.Rebuilding;

/// <summary>Folds the streams of a read model and writes what they amount to beside it. Of memory it takes one stream and a page of documents.</summary>
internal sealed class StreamFold(ReadModel model, DocumentStore store, ShadowTable shadow, EventReader events, NpgsqlDataSource database)
{
    private const int Page = 2_000;
    private const int FewKeys = 500;

    private readonly Type[] _types = [.. model.Events];
    private readonly string[] _names = [.. model.Events.Select(type => Domain.EventRegistry.Names[type])];

    /// <summary>Every stream, of events up to this sequence.</summary>
    public async Task AllAsync(long upTo, RebuildRun run, CancellationToken cancellation)
    {
        long total = await CountAsync(upTo, cancellation);
        await run.TellAsync(0, total);
        await using IQuerySession session = store.QuerySession();
        IAsyncEnumerable<IEvent> all = session.Events.QueryAllRawEvents()
            .Where(happened => happened.EventTypesAre(_types) && happened.Sequence <= upTo).OrderBy(happened => happened.StreamKey).ThenBy(happened => happened.Version).ToAsyncEnumerable(cancellation);
        var page = new List<object>(Page);
        Task written = Task.CompletedTask;
        var stream = new List<IEvent>();
        long folded = 0;
        await foreach (IEvent happened in all.WithCancellation(cancellation))
        {
            if (stream is [.., var last] && last.StreamKey != happened.StreamKey)
            {
                Close(stream, page);
                if (page.Count >= Page)
                {
                    await written;
                    written = WriteAsync(page, cancellation);
                    page = new List<object>(Page);
                    await run.TellAsync(folded, total);
                }
            }

            stream.Add(happened);
            folded++;
        }

        Close(stream, page);
        await written;
        await WriteAsync(page, cancellation);
        await run.TellAsync(folded, total);
    }

    /// <summary>The streams that have events of these sequences, of events up to the second.</summary>
    /// <returns>How many they are.</returns>
    public async Task<int> ChangedAsync(long after, long upTo, CancellationToken cancellation)
    {
        string[] changed = await FindChangedAsync(after, upTo, cancellation);
        foreach (string[] keys in changed.Chunk(FewKeys))
        {
            IReadOnlyDictionary<string, ImmutableArray<RecordedEvent>> streams = await events.ReadStreamsAsync(keys, cancellation);
            await shadow.DeleteAsync(keys, cancellation);
            await WriteAsync([.. streams.Select(stream => model.Fold(stream.Key, Folded(stream.Value, upTo))).OfType<object>()], cancellation);
        }

        return changed.Length;
    }

    private void Close(List<IEvent> stream, List<object> page)
    {
        if (stream is [{ StreamKey: { } key }, ..] && model.Fold(key, stream) is { } document)
        {
            page.Add(document);
        }

        stream.Clear();
    }

    private Task WriteAsync(List<object> page, CancellationToken cancellation) =>
        page.Count == 0 ? Task.CompletedTask : store.BulkInsertDocumentsAsync(page, BulkInsertMode.InsertsOnly, Page, cancellation);

    /// <summary>What of a stream the read model has seen by then.</summary>
    private IEnumerable<IEvent> Folded(ImmutableArray<RecordedEvent> stream, long upTo) =>
        stream.Where(happened => happened.Sequence <= upTo && _names.Contains(happened.Type)).Select(EventWriter.Envelope);

    private async Task<long> CountAsync(long upTo, CancellationToken cancellation)
    {
        await using NpgsqlCommand count = database.CreateCommand("select count(*) from correction.mt_events where type = any($1) and seq_id <= $2");
        count.CommandTimeout = ShadowTable.Unlimited;
        count.Parameters.Add(new() { Value = _names });
        count.Parameters.Add(new() { Value = upTo });
        return (long)(await count.ExecuteScalarAsync(cancellation))!;
    }

    private async Task<string[]> FindChangedAsync(long after, long upTo, CancellationToken cancellation)
    {
        await using NpgsqlCommand find = database.CreateCommand("select array_agg(distinct stream_id) from correction.mt_events where seq_id > $1 and seq_id <= $2 and type = any($3)");
        find.CommandTimeout = ShadowTable.Unlimited;
        find.Parameters.Add(new() { Value = after });
        find.Parameters.Add(new() { Value = upTo });
        find.Parameters.Add(new() { Value = _names });
        return await find.ExecuteScalarAsync(cancellation) as string[] ?? [];
    }
}
