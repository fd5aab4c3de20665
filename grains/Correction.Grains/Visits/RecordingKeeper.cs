using Correction.Domain.Time;
using Correction.Domain.Visits;
using Correction.Store.Recordings;
using NodaTime;

namespace Correction.Grains.Visits;

/// <summary>How long recordings are kept. No law sets a number: it is policy, with its source.</summary>
/// <param name="Days">From the day of the visit; null: until it is decided.</param>
/// <param name="Source">Document that it comes from.</param>
public sealed record RetentionPolicy(int? Days, string Source);

/// <summary>Keeps a visit's recording to what its stream says: sealed after the visit, gone when its time is over.</summary>
public sealed class RecordingKeeper(RecordingArchive archive, RetentionPolicy retention)
{
    /// <summary>Longer than a room waits before it interrupts by itself.</summary>
    private static readonly Duration Overlooked = Duration.FromSeconds(30);

    /// <summary>What is due now; null: nothing, or nothing was recorded.</summary>
    public async Task<VisitCommand?> DueAsync(Visit visit) => visit switch
    {
        { Monitored: true, Recording: null } => await archive.SealAsync(visit.Id.Value) is { } stored
            ? new SealRecording(stored.Sha256, Seconds(stored.Manifest), RetainUntil(visit))
            : null,
        { Recording.Deleted: false } => new DeleteRecording(),
        _ => null,
    };

    /// <summary>
    /// Since when nothing is recorded of a visit that goes on: no room looked after it, because the service was down. Null: it
    /// is recorded.
    /// </summary>
    public async Task<Instant?> StoppedAsync(Visit visit, Instant now) =>
        visit is { Stage: VisitStage.InProgress, Monitored: true } && await archive.LastWrittenAsync(visit.Id.Value) is { } last && last + Overlooked < now ? last : null;

    /// <summary>Removes what is not needed after the last event; false: it is not as that says yet.</summary>
    public async Task<bool> TidyAsync(Visit visit)
    {
        switch (visit.Recording)
        {
            case { Deleted: true }:
                await archive.DeleteAsync(visit.Id.Value);
                return true;
            case { }:
                await archive.ForgetChunksAsync(visit.Id.Value);
                return true;
            default:
                return !archive.HasSealHere(visit.Id.Value);
        }
    }

    private LocalDate? RetainUntil(Visit visit) => retention.Days is { } days ? ChinaTime.DateOf(visit.From).PlusDays(days) : null;

    private static int Seconds(RecordingManifest manifest) =>
        (int)Math.Round((manifest.Parts.Max(part => part.To) - manifest.Parts.Min(part => part.From)).TotalSeconds);
}
