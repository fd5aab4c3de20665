namespace Correction.Store.Reading;

/// <summary>
/// Makes one query of many that are asked for at the same time. No timer: a lone request goes at once; while loads run,
/// the next ones gather. Every load begins after its requests were made, so nobody is given something older than that.
/// Safe for concurrent callers.
/// </summary>
/// <param name="load">Reads what belongs to some keys; absent keys get <paramref name="nothing"/>.</param>
internal sealed class Gathering<TKey, TValue>(Func<IReadOnlyCollection<TKey>, Task<IReadOnlyDictionary<TKey, TValue>>> load, TValue nothing)
    where TKey : notnull
{
    /// <summary>Keys in one load: beyond it the answer grows and the query is no cheaper.</summary>
    private const int AtMost = 500;

    /// <summary>Loads that run at the same time.</summary>
    private const int AtOnce = 4;

    private readonly Lock _gate = new();
    private readonly Queue<Request> _waiting = new();
    private int _running;

    public Task<TValue> LoadAsync(TKey key)
    {
        var request = new Request(key, new TaskCompletionSource<TValue>(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_gate)
        {
            _waiting.Enqueue(request);
            if (_running < AtOnce)
            {
                _running++;
                _ = Task.Run(RunAsync);
            }
        }

        return request.Answer.Task;
    }

    private async Task RunAsync()
    {
        while (Take() is { Count: > 0 } batch)
        {
            await AnswerAsync(batch);
        }
    }

    private List<Request> Take()
    {
        lock (_gate)
        {
            var batch = new List<Request>(Math.Min(AtMost, _waiting.Count));
            while (batch.Count < AtMost && _waiting.TryDequeue(out Request? request))
            {
                batch.Add(request);
            }

            _running -= batch.Count == 0 ? 1 : 0;
            return batch;
        }
    }

    /// <summary>Where a load fails, each key is tried alone, so that only the guilty one hears of it.</summary>
    private async Task AnswerAsync(List<Request> batch)
    {
        try
        {
            IReadOnlyDictionary<TKey, TValue> found = await load([.. batch.Select(request => request.Key).Distinct()]);
            foreach (Request request in batch)
            {
                request.Answer.TrySetResult(found.TryGetValue(request.Key, out TValue? value) ? value : nothing);
            }
        }
        catch (Exception failure) when (batch.Count == 1)
        {
            batch[0].Answer.TrySetException(failure);
        }
        catch
        {
            foreach (Request request in batch)
            {
                await AnswerAsync([request]);
            }
        }
    }

    private sealed record Request(TKey Key, TaskCompletionSource<TValue> Answer);
}
