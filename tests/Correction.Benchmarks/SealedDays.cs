using Correction.Domain;
using Correction.Domain.Tracks;
using Correction.Store.Journaling;
using Correction.Store.Tracks;
using Marten;
using Marten.Services;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;

namespace Correction.Benchmarks;

/// <summary>Days of tracks as the Sealer leaves them, without the inbox before.</summary>
internal static class SealedDays
{
    /// <param name="date">The day on which they are sealed.</param>
    public static async Task SealAsync(IServiceProvider services, LocalDate date, IReadOnlyList<TrackRecorded> packed)
    {
        LocalDate month = date.With(DateAdjusters.StartOfMonth);
        await services.GetRequiredService<MonthPartitions>().EnsureAsync(MonthPartitions.Sealed, month, CancellationToken.None);
        SealedPart[] parts = [.. packed.Select(part => SealedPart.Of(part, part.To))];
        await using NpgsqlConnection connection = await services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
        await SealedTracks.WriteAsync(connection, month, parts, CancellationToken.None);
        await AppendAsync(services.GetRequiredService<IDocumentStore>().LightweightSession(SessionOptions.ForTransaction(transaction)), parts.Select(part => part.Event));
        await transaction.CommitAsync();
    }

    /// <summary>The same as events that hold the packed fixes themselves: how they were sealed before.</summary>
    public static Task AppendAsync(IServiceProvider services, IReadOnlyList<TrackRecorded> packed) =>
        AppendAsync(services.GetRequiredService<IDocumentStore>().LightweightSession(), packed);

    private static async Task AppendAsync(IDocumentSession session, IEnumerable<ITrackEvent> events)
    {
        await using (session)
        {
            foreach (ITrackEvent happened in events)
            {
                (string stream, Instant to) = happened switch
                {
                    TrackSealed track => (StreamKeys.Track(track.SubjectId, track.Date), track.To),
                    TrackRecorded track => (StreamKeys.Track(track.SubjectId, track.Date), track.To),
                    _ => throw new System.Diagnostics.UnreachableException(),
                };
                EventWriter.Append(session, stream, null, [new NewEvent(happened, to, Actor.System, [])], null);
            }

            await session.SaveChangesAsync();
        }
    }
}
