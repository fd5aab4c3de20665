using System.Globalization;
using System.Text.Json;
using Correction.Domain;
using Correction.Store.Exports;
using Correction.Store.Reading;
using Microsoft.Extensions.Options;
using NodaTime.Text;

namespace Correction.Server.Api;

/// <summary>An event as a line: always the same bytes for the same event.</summary>
internal sealed class EventLines(IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions> json)
{
    private const string CsvHead = "sequence,version,stream,type,occurredAt,recordedAt,account,role,jurisdiction,basis,data\r\n";

    /// <summary>What a file in this format begins with.</summary>
    public static string Head(ExportFormat format) => format == ExportFormat.Csv ? CsvHead : string.Empty;

    /// <summary>With what ends the line.</summary>
    public string Of(RecordedEvent happened, ExportFormat format) => format == ExportFormat.Csv ? CsvOf(happened) : JsonSerializer.Serialize(SubjectDirectory.Write(happened), json.Value.SerializerOptions) + "\n";

    private string CsvOf(RecordedEvent happened) => string.Join(',',
        [
            happened.Sequence.ToString(CultureInfo.InvariantCulture), happened.Version.ToString(CultureInfo.InvariantCulture), Csv.Quoted(happened.StreamKey), happened.Type,
            InstantPattern.ExtendedIso.Format(happened.OccurredAt), InstantPattern.ExtendedIso.Format(happened.RecordedAt),
            Csv.Quoted(happened.Actor.Account), WireNames<Role>.Of(happened.Actor.Role), Csv.Quoted(happened.Actor.Jurisdiction),
            Csv.Quoted(string.Join(' ', happened.Basis.Select(basis => $"{basis.Instrument} {basis.Article}"))),
            Csv.Quoted(JsonSerializer.Serialize((object)happened.Data, json.Value.SerializerOptions)),
        ]) + "\r\n";
}
