using Correction.Domain;
using Correction.Store.Exports;
using Correction.Store.Reading;
using Correction.Testing;
using NodaTime;

namespace Correction.Store.Tests.Exports;

/// <summary>An export is one host's at a time, and whoever lost it changes nothing of it any more.</summary>
public sealed class ExportBookTests : IAsyncLifetime
{
    private static readonly Instant Now = Instant.FromUtc(2026, 3, 2, 2, 0);
    private static readonly Duration Lease = Duration.FromSeconds(15);
    private StoreHost _store = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ExportBook Book => _store.Get<ExportBook>();

    public async ValueTask InitializeAsync() => _store = await StoreHost.StartAsync(await PostgresServer.Shared());

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task What_was_ordered_is_found_as_it_was_ordered_and_once()
    {
        ExportJob ordered = await OrderAsync();
        await Book.OrderAsync(ordered with { Format = ExportFormat.Ndjson }, Cancellation);
        Assert.Equal(ordered, await Book.FindAsync(ordered.Id, Cancellation));
        Assert.Equal([ordered], await Book.OfAsync("auditor", Cancellation));
        Assert.Empty(await Book.OfAsync("another", Cancellation));
    }

    [Fact]
    public async Task A_host_that_was_taken_for_dead_does_not_write_over_the_one_that_went_on()
    {
        await OrderAsync();
        ExportJob first = (await Book.TakeAsync(Now, Lease, Cancellation))!;
        Assert.Null(await Book.TakeAsync(Now + Lease - Duration.FromSeconds(1), Lease, Cancellation));
        ExportJob second = (await Book.TakeAsync(Now + Lease, Lease, Cancellation))!;
        Assert.True(await Book.TellAsync(second with { Sequence = 40, Lines = 30, Bytes = 900 }, Now + Lease + Lease, Cancellation));
        Assert.False(await Book.TellAsync(first with { Sequence = 20, Lines = 10, Bytes = 300 }, Now + Lease + Lease, Cancellation));
        Assert.False(await Book.EndAsync(first, "00", Now, Cancellation));
        Assert.Equal((ExportState.Running, 40, 30, 900, 0.3), await Book.FindAsync(first.Id, Cancellation) is { } found ? (found.State, found.Sequence, found.Lines, found.Bytes, found.Progress) : default);
    }

    [Fact]
    public async Task A_host_whose_export_is_cancelled_is_told_so_also_when_it_was_resumed_meanwhile()
    {
        ExportJob ordered = await OrderAsync();
        ExportJob taken = (await Book.TakeAsync(Now, Lease, Cancellation))!;
        Assert.True(await Book.CancelAsync(ordered.Id, Now, Cancellation));
        Assert.False(await Book.TellAsync(taken, Now + Lease, Cancellation));
        Assert.Null(await Book.TakeAsync(Now + Lease, Lease, Cancellation));
        Assert.True(await Book.ResumeAsync(ordered.Id, Cancellation));
        Assert.False(await Book.TellAsync(taken, Now + Lease, Cancellation));
        Assert.Equal(taken with { Takes = 2 }, await Book.TakeAsync(Now, Lease, Cancellation));
    }

    [Fact]
    public async Task One_that_failed_can_be_resumed_and_one_that_is_done_can_be_neither_resumed_nor_cancelled()
    {
        ExportJob ordered = await OrderAsync();
        await Book.FailAsync((await Book.TakeAsync(Now, Lease, Cancellation))!, ExportFailure.NotWritten, Now, Cancellation);
        Assert.Equal(ExportFailure.NotWritten, (await Book.FindAsync(ordered.Id, Cancellation))!.Failure);
        Assert.True(await Book.ResumeAsync(ordered.Id, Cancellation));
        Assert.True(await Book.EndAsync((await Book.TakeAsync(Now, Lease, Cancellation))!, "00", Now, Cancellation));
        Assert.Equal((false, false), (await Book.ResumeAsync(ordered.Id, Cancellation), await Book.CancelAsync(ordered.Id, Now, Cancellation)));
        Assert.Equal((ExportState.Done, "00", null, 1.0), await Book.FindAsync(ordered.Id, Cancellation) is { } done ? (done.State, done.Sha256, done.Failure, done.Progress) : default);
    }

    [Fact]
    public async Task Only_what_ended_long_ago_is_forgotten()
    {
        ExportJob waiting = await OrderAsync(), old = await OrderAsync();
        await Book.CancelAsync(old.Id, Now, Cancellation);
        Assert.Empty(await Book.EndedBeforeAsync(Now, Cancellation));
        Assert.Equal([old.Id], await Book.EndedBeforeAsync(Now + Duration.FromDays(1), Cancellation));
        await Book.ForgetAsync(waiting.Id, Now + Duration.FromDays(1), Cancellation);
        await Book.ForgetAsync(old.Id, Now + Duration.FromDays(1), Cancellation);
        Assert.Equal([waiting], await Book.OfAsync("auditor", Cancellation));
    }

    private async Task<ExportJob> OrderAsync()
    {
        var query = new EventQuery(10, "subject/1", "zone_imposed", "officer", Now, Now + Duration.FromDays(1), UpTo: 110);
        ExportJob ordered = ExportJob.Ordered(Guid.CreateVersion7(), "auditor", Jurisdiction.Parse("430981"), "audit", query, ExportFormat.Csv, Now);
        await Book.OrderAsync(ordered, Cancellation);
        return ordered;
    }
}
