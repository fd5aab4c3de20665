using System.Text.Json.Serialization;
using Correction.Domain;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Store.Exports;

[JsonConverter(typeof(JsonStringEnumConverter<ExportFormat>))]
public enum ExportFormat
{
    /// <summary>Newline-delimited JSON: a line per event, as <c>GET /api/v1/events/export</c> writes it.</summary>
    [JsonStringEnumMemberName("ndjson")] Ndjson,

    /// <summary>RFC 4180 with a head; what an event says stands in its last column as JSON.</summary>
    [JsonStringEnumMemberName("csv")] Csv,
}

[JsonConverter(typeof(JsonStringEnumConverter<ExportState>))]
public enum ExportState
{
    [JsonStringEnumMemberName("queued")] Queued,

    /// <summary>A host writes it, or died while it did: another takes it up.</summary>
    [JsonStringEnumMemberName("running")] Running,

    [JsonStringEnumMemberName("done")] Done,
    [JsonStringEnumMemberName("cancelled")] Cancelled,
    [JsonStringEnumMemberName("failed")] Failed,
}

[JsonConverter(typeof(JsonStringEnumConverter<ExportFailure>))]
public enum ExportFailure
{
    /// <summary>The file could not be written: the disk is full, say.</summary>
    [JsonStringEnumMemberName("notWritten")] NotWritten,

    /// <summary>An event does not read as the Journal writes it.</summary>
    [JsonStringEnumMemberName("unreadable")] Unreadable,

    /// <summary>Something else; the log says what.</summary>
    [JsonStringEnumMemberName("internal")] Internal,
}

/// <summary>An export of events to a file, and how far it is. The same query and jurisdiction always yield the same bytes, on whichever hosts and in however many parts it is written.</summary>
/// <param name="Account">Who ordered it.</param>
/// <param name="Jurisdiction">That account's when it was ordered: what the export may hold.</param>
/// <param name="Purpose">As it was stated with the order.</param>
/// <param name="Query">With the last sequence wanted, so that the export is of one moment.</param>
/// <param name="Takes">How often a host took it up.</param>
/// <param name="Sequence">All up to this one stand in the file.</param>
/// <param name="Bytes">Of the file that are durable; what stands behind them is not part of it.</param>
/// <param name="Sha256">Of the whole file, lower-case hex, once it is done.</param>
public sealed record ExportJob(
    Guid Id, string Account, Jurisdiction Jurisdiction, string? Purpose, EventQuery Query, ExportFormat Format, Instant OrderedAt, ExportState State, int Takes, long Sequence, long Lines, long Bytes,
    string? Sha256, ExportFailure? Failure, Instant? EndedAt)
{
    /// <summary>The last sequence wanted.</summary>
    public long UpTo => Query.UpTo!.Value;

    /// <summary>From 0 to 1, by sequences.</summary>
    public double Progress => State == ExportState.Done ? 1 : UpTo == Query.AfterSequence ? 0 : (double)(Sequence - Query.AfterSequence) / (UpTo - Query.AfterSequence);

    public static ExportJob Ordered(Guid id, string account, Jurisdiction jurisdiction, string? purpose, EventQuery query, ExportFormat format, Instant at) =>
        new(id, account, jurisdiction, purpose, query, format, at, ExportState.Queued, 0, query.AfterSequence, 0, 0, null, null, null);

    /// <summary>Nothing of it stands any more.</summary>
    public ExportJob FromTheBeginning() => this with { Sequence = Query.AfterSequence, Lines = 0, Bytes = 0 };
}
