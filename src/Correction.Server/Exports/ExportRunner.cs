using System.Text;
using Correction.Server.Access;
using Correction.Server.Api;
using Correction.Store;
using Correction.Store.Exports;
using Correction.Store.Reading;
using NodaTime;
using Npgsql;

namespace Correction.Server.Exports;

/// <summary>
/// Writes exports, one at a time on each host, in parts: the part's bytes are on the disk before the book says so. A host that
/// dies leaves the rest to another, which goes on behind the last part of which the book knows.
/// </summary>
internal sealed partial class ExportRunner(
    ExportBook book, ExportFiles files, ExportOptions options, VisibleEvents events, EventLines lines, IClock clock, TimeProvider time, ILogger<ExportRunner> logger)
    : PeriodicService(TimeSpan.FromSeconds(2), time)
{
    /// <summary>Longer than a part takes.</summary>
    private static readonly Duration Lease = Duration.FromSeconds(15);

    /// <summary>What a slow disk reads in a second, when the whole file is hashed.</summary>
    private const double SlowBytesPerSecond = 20_000_000;

    protected override async Task RoundAsync(CancellationToken cancellation)
    {
        await ForgetOldAsync(cancellation);
        while (await book.TakeAsync(clock.GetCurrentInstant(), Lease, cancellation) is { } taken)
        {
            await RunAsync(taken, cancellation);
        }
    }

    protected override void LogFailed(Exception failure) => LogFailed(logger, failure);

    private async Task RunAsync(ExportJob taken, CancellationToken cancellation)
    {
        try
        {
            await WriteAsync(files.Holds(taken) ? taken : taken.FromTheBeginning(), cancellation);
        }
        catch (Exception failure) when (failure is OperationCanceledException or NpgsqlException { IsTransient: true })
        {
            await book.ReleaseAsync(taken, CancellationToken.None); // this host stops, or the database was away: not the export's fault
            throw;
        }
        catch (Exception failure)
        {
            LogExportFailed(logger, taken.Id, failure);
            await book.FailAsync(taken, Word(failure), clock.GetCurrentInstant(), cancellation);
        }
    }

    private async Task WriteAsync(ExportJob export, CancellationToken cancellation)
    {
        do
        {
            export = await WritePartAsync(export, cancellation);
            if (!await book.TellAsync(export, clock.GetCurrentInstant() + Lease, cancellation))
            {
                return; // cancelled, or another host's
            }
        }
        while (export.Sequence < export.UpTo);

        if (await book.TellAsync(export, clock.GetCurrentInstant() + Lease + Duration.FromSeconds(export.Bytes / SlowBytesPerSecond), cancellation))
        {
            await book.EndAsync(export, await files.HashAsync(export.Id, cancellation), clock.GetCurrentInstant(), cancellation);
        }
    }

    /// <summary>The export with its next part on the disk.</summary>
    private async Task<ExportJob> WritePartAsync(ExportJob export, CancellationToken cancellation)
    {
        long upTo = Math.Min(export.Sequence + options.Part, export.UpTo), count = 0;
        var part = new StringBuilder(export.Bytes == 0 ? EventLines.Head(export.Format) : string.Empty);
        await foreach (RecordedEvent happened in events.ReadAsync(export.Jurisdiction, export.Query with { AfterSequence = export.Sequence, UpTo = upTo }, cancellation))
        {
            part.Append(lines.Of(happened, export.Format));
            count++;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(part.ToString());
        if (bytes.Length > 0 || export.Bytes == 0)
        {
            await files.AppendAsync(export, bytes, cancellation);
        }

        return export with { Sequence = upTo, Lines = export.Lines + count, Bytes = export.Bytes + bytes.Length };
    }

    /// <summary>The file first: a row without one is forgotten the next time.</summary>
    private async Task ForgetOldAsync(CancellationToken cancellation)
    {
        Instant then = clock.GetCurrentInstant() - options.Kept;
        foreach (Guid old in await book.EndedBeforeAsync(then, cancellation))
        {
            files.Delete(old);
            await book.ForgetAsync(old, then, cancellation);
        }
    }

    private static ExportFailure Word(Exception failure) => failure switch
    {
        IOException or UnauthorizedAccessException => ExportFailure.NotWritten,
        FormatException => ExportFailure.Unreadable,
        _ => ExportFailure.Internal,
    };

    [LoggerMessage(531, LogLevel.Warning, "Exports could not be taken up and will be again.")]
    private static partial void LogFailed(ILogger logger, Exception failure);

    [LoggerMessage(532, LogLevel.Error, "Export {Export} failed.")]
    private static partial void LogExportFailed(ILogger logger, Guid export, Exception failure);
}
