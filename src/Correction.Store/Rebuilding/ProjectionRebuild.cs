using System.Collections.Immutable;
using Correction.Projections;
using Correction.Store.Reading;
using JasperFx;
using JasperFx.Events.Daemon;
using Marten;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Correction.Store.Rebuilding;

/// <summary>
/// Folds a read model anew beside the one in use, compares both, and puts the new rows in the place of those that differ.
/// Readers see the one or the other, and wait for neither; the daemon goes on from its place.
/// </summary>
/// <remarks>
/// <para>First every stream is folded as of the daemon's place, into a table of the same shape in a schema of its own. Then,
/// in one transaction that keeps the daemon from writing this table and nobody from reading it: what the daemon took in meanwhile is
/// folded again, stream by stream; the tables are compared; rows that differ are replaced. The daemon's place and its rows are
/// committed together, so both are of the same events there.</para>
/// <para>The daemon may at that moment hold rows that it had read before, and write them after. Where something differed
/// it is therefore waited for and compared again, until a comparison finds nothing.</para>
/// <para>Safe on any host, whichever runs the daemon, and if it dies: nothing is replaced but in that transaction.</para>
/// </remarks>
public sealed partial class ProjectionRebuild(IDocumentStore documents, EventReader events, NpgsqlDataSource database, RebuildRuns runs, TimeProvider time, ILogger<ProjectionRebuild> logger)
{
    private const string Shadow = "correction_rebuild";

    /// <summary>Streams changed in a round of catching up, beyond which there is another before the daemon is kept waiting.</summary>
    private const int FewStreams = 1_000;

    /// <summary>Who writes faster than this folds is not caught up with: the daemon then waits longer.</summary>
    private const int MostRounds = 10;

    private const int MostComparisons = 5;

    /// <summary>The names of the read models that can be rebuilt.</summary>
    public static ImmutableArray<string> Names { get; } = [.. ReadModel.All().Select(model => model.Name)];

    /// <summary>Rebuilds one read model; its progress stands in <see cref="RebuildRuns"/>.</summary>
    /// <exception cref="ArgumentException">There is no such read model.</exception>
    /// <exception cref="RebuildRunningException">It is being rebuilt already, on this host or another one.</exception>
    public async Task<RebuildOutcome> RunAsync(string name, CancellationToken cancellation = default) => await await BeginAsync(name, cancellation);

    /// <summary>The same, for who does not wait for its end: returns once it has begun. Its failure is logged and stands in <see cref="RebuildRuns"/>.</summary>
    /// <param name="cancellation">Ends the rebuild; nothing is replaced then.</param>
    public async Task<Task<RebuildOutcome>> BeginAsync(string name, CancellationToken cancellation)
    {
        ReadModel model = ReadModel.All().FirstOrDefault(known => known.Name == name) ?? throw new ArgumentException($"There is no read model {name}.", nameof(name));
        return RunAsync(model, await runs.BeginAsync(model, cancellation), cancellation);
    }

    private async Task<RebuildOutcome> RunAsync(ReadModel model, RebuildRun begun, CancellationToken cancellation)
    {
        await using RebuildRun run = begun;
        try
        {
            await using DocumentStore store = Store();
            ShadowTable shadow = await ShadowTable.CreateAsync(documents, store, model, database, cancellation);
            RebuildOutcome outcome = await RunAsync(model, store, shadow, run, cancellation);
            await shadow.DropAsync(cancellation);
            await run.EndAsync(outcome);
            LogRebuilt(logger, model.Name, outcome.Differing, outcome.Agrees);
            return outcome;
        }
        catch (Exception failure)
        {
            LogFailed(logger, failure, model.Name);
            await run.FailAsync(failure);
            throw;
        }
    }

    private async Task<RebuildOutcome> RunAsync(ReadModel model, DocumentStore store, ShadowTable shadow, RebuildRun run, CancellationToken cancellation)
    {
        var fold = new StreamFold(model, store, shadow, events, database);
        long place = await shadow.PlaceAsync(null, cancellation);
        await fold.AllAsync(place, run, cancellation);
        for (int round = 0; round < MostRounds; round++)
        {
            long next = await shadow.PlaceAsync(null, cancellation);
            int changed = await fold.ChangedAsync(place, next, cancellation);
            place = next;
            if (changed <= FewStreams)
            {
                break;
            }
        }

        ImmutableArray<RowDifference> first = [];
        long count = 0;
        for (int comparison = 1; ; comparison++)
        {
            (place, Differences found) = await SwitchAsync(shadow, fold, place, cancellation);
            (first, count) = comparison == 1 ? (found.First, found.Count) : (first, count);
            if (found.Count == 0 || comparison == MostComparisons)
            {
                return new RebuildOutcome(count, first, found.Count == 0);
            }

            await shadow.WaitForDaemonAsync(time, cancellation);
        }
    }

    private async Task<(long Place, Differences Found)> SwitchAsync(ShadowTable shadow, StreamFold fold, long folded, CancellationToken cancellation)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellation);
        await shadow.KeepDaemonWaitingAsync(connection, cancellation);
        long place = await shadow.PlaceAsync(connection, cancellation);
        await fold.ChangedAsync(folded, place, cancellation);
        Differences found = await shadow.CompareAsync(connection, cancellation);
        await shadow.ReplaceAsync(connection, cancellation);
        await transaction.CommitAsync(cancellation);
        return (place, found);
    }

    /// <summary>The same documents in a schema of their own, so that Marten itself writes them as it does in service.</summary>
    private DocumentStore Store()
    {
        var options = new StoreOptions();
        options.Connection(database);
        MartenSetup.Configure(options, time, Shadow);
        options.CommandTimeout = ShadowTable.Unlimited;
        options.Projections.AsyncMode = DaemonMode.ExternallyManaged; // it has none: nothing but the fold writes here
        options.AutoCreateSchemaObjects = AutoCreate.None; // the one table that is needed, ShadowTable makes
        return new DocumentStore(options);
    }

    [LoggerMessage(131, LogLevel.Information, "{Name} was rebuilt: {Differing} rows differed; old and new agree: {Agrees}.")]
    private static partial void LogRebuilt(ILogger logger, string name, long differing, bool agrees);

    [LoggerMessage(132, LogLevel.Error, "The rebuild of {Name} failed; the read model in use is as it was.")]
    private static partial void LogFailed(ILogger logger, Exception failure, string name);
}

/// <param name="Differing">Rows that were missing, too many or otherwise than the events say.</param>
/// <param name="First">The first of them.</param>
/// <param name="Agrees">Whether the last comparison found nothing.</param>
public sealed record RebuildOutcome(long Differing, ImmutableArray<RowDifference> First, bool Agrees);

/// <summary>The read model is being rebuilt already.</summary>
public sealed class RebuildRunningException(string name) : Exception($"{name} is being rebuilt already.");
