using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Location;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using Correction.Store.Tracks;
using NodaTime;

namespace Correction.Store.Tests.Reading;

public sealed class WakeReaderTests
{
    private const int Many = 1_200;
    private static readonly Instant At = Instant.FromUtc(2026, 3, 1, 4, 0);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_that_wake_at_once_are_each_given_their_own_stream_and_fixes()
    {
        await using StoreHost store = await StoreHost.StartAsync(await StoreHost.NewDatabaseAsync("wake"));
        SubjectId[] subjects = [.. Enumerable.Range(0, Many).Select(_ => new SubjectId(Guid.CreateVersion7()))];
        await Task.WhenAll(subjects.Select((subject, number) => CommitAsync(store, subject, number, At)));
        await store.Get<Sealer>().SealBeforeAsync(int.MaxValue, Cancellation);
        await Task.WhenAll(subjects[..10].Select((subject, number) => CommitFixAsync(store, subject, number, At + Duration.FromMinutes(1))));

        var wake = store.Get<WakeReader>();
        (ImmutableArray<RecordedEvent> Stream, ImmutableArray<Fix> Fixes)[] read = await Task.WhenAll(
            subjects.Select(async subject => (await wake.ReadStreamAsync(Key(subject)), await wake.LatestFixesAsync(subject))));

        foreach (var (found, number) in read.Select((found, number) => (found, number)))
        {
            Assert.Equal(Key(subjects[number]), Assert.Single(found.Stream).StreamKey);
            Assert.Equal(number < 10 ? 2 : 1, found.Fixes.Length);
            Assert.All(found.Fixes, fix => Assert.Equal(Device(number), fix.DeviceId));
        }

        Assert.Empty(await wake.ReadStreamAsync("access/nobody"));
        Assert.Empty(await wake.LatestFixesAsync(new SubjectId(Guid.CreateVersion7())));
    }

    [Fact]
    public async Task While_loads_run_requests_gather_into_one_and_a_key_that_cannot_be_read_fails_alone()
    {
        var loads = new List<int>();
        var gate = new TaskCompletionSource();
        var gathering = new Gathering<int, string>(
            async keys =>
            {
                lock (loads)
                {
                    loads.Add(keys.Count);
                }

                await gate.Task;
                return keys.Contains(13) ? throw new FormatException("13") : keys.Where(key => key % 2 == 0).ToDictionary(key => key, key => $"{key}");
            },
            "nothing");

        Task<string>[] answers = [.. Enumerable.Range(0, 100).Select(gathering.LoadAsync)];
        gate.SetResult();

        await Assert.ThrowsAsync<FormatException>(() => answers[13]);
        Assert.Equal("nothing", await answers[15]);
        Assert.All(await Task.WhenAll(answers.Where((_, key) => key % 2 == 0)), text => Assert.NotEqual("nothing", text));
        Assert.True(loads.Max() > 1, $"no two gathered: {string.Join(' ', loads)}");
    }

    private static async Task CommitAsync(StoreHost store, SubjectId subject, int number, Instant at)
    {
        Assert.IsType<CommitResult.Committed>(await store.Journal.CommitAsync(Entries.Append(Key(subject), 0), Cancellation));
        await CommitFixAsync(store, subject, number, at);
    }

    private static async Task CommitFixAsync(StoreHost store, SubjectId subject, int number, Instant at) => Assert.IsType<CommitResult.Committed>(
        await store.Journal.CommitAsync(Entries.Fixes(subject, Entries.FixAt(at) with { DeviceId = Device(number) }), Cancellation));

    private static string Key(SubjectId subject) => $"access/{subject}";

    private static string Device(int number) => $"phone-{number}";
}
