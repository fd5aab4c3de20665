using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Correction.Domain;
using Correction.Domain.WorkRecords;

namespace Correction.Cli;

/// <param name="Line">Where it begins in the file, from 1.</param>
/// <param name="Fields">By column; what is empty is absent.</param>
public sealed record RecordRow(int Line, JsonObject Fields)
{
    /// <summary>The year of a date as written; 0000 where it is none, so that the server names the row and the field.</summary>
    public string YearOf(string column) =>
        Fields[column] is JsonValue value && value.TryGetValue(out string? text) && text.Length >= 4 && text[..4].All(char.IsAsciiDigit) ? text[..4] : "0000";
}

/// <summary>The columns of each kind of register, as the API names them.</summary>
public static class RecordColumns
{
    public static ImmutableArray<string> Of(WorkKind kind) => ["number", "jurisdiction", .. kind switch
    {
        WorkKind.Mediation => (string[])["dispute", "acceptedOn", "concludedOn", "outcome"],
        WorkKind.Reconsideration => ["receivedOn", "acceptedOn", "notAcceptedOn", "concludedOn", "outcome"],
        WorkKind.NormativeDocument => ["issuer", "reviewedOn", "filedOn"],
        WorkKind.LegalAid => ["matter", "acceptedOn", "concludedOn"],
        _ => ["visitors", "heldOn"],
    }];

    /// <summary>The column that says in which year's register a row stands.</summary>
    public static string Begun(WorkKind kind) => Of(kind).First(column => column.EndsWith("On", StringComparison.Ordinal));
}

/// <summary>Reads a register's file: CSV (RFC 4180) or, by its name, NDJSON.</summary>
public static class RecordFile
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="CommandFailureException">The file cannot be read; the message says why and where.</exception>
    public static IReadOnlyList<RecordRow> Read(FileInfo file, WorkKind kind)
    {
        try
        {
            string text = File.ReadAllText(file.FullName, Utf8);
            return file.Extension.Equals(".ndjson", StringComparison.OrdinalIgnoreCase) ? ReadLines(text) : ReadCsv(text, kind);
        }
        catch (DecoderFallbackException)
        {
            throw new CommandFailureException(ExitCode.Unusable, $"{file.Name} is not UTF-8: save it as \"CSV UTF-8\".");
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new CommandFailureException(ExitCode.Unusable, $"{file.Name} cannot be read. {unusable.Message}");
        }
    }

    /// <exception cref="FormatException">A line is no JSON object.</exception>
    public static IReadOnlyList<RecordRow> ReadLines(string text)
    {
        var rows = new List<RecordRow>();
        foreach ((int index, string line) in text.Split('\n').Index())
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                rows.Add(new RecordRow(index + 1, Parse(line) ?? throw new FormatException($"Line {index + 1} is no JSON object.")));
            }
        }

        return rows;
    }

    /// <exception cref="FormatException">A column is unknown or missing, a line has too many cells, or a quote is not closed.</exception>
    public static IReadOnlyList<RecordRow> ReadCsv(string text, WorkKind kind)
    {
        ImmutableArray<(int Line, ImmutableArray<string> Cells)> lines = [.. CsvReader.Read(text)];
        if (lines.IsEmpty)
        {
            throw new FormatException("The file is empty.");
        }

        ImmutableArray<string> columns = [.. lines[0].Cells.Select(cell => cell.Trim())];
        ImmutableArray<string> known = RecordColumns.Of(kind);
        if (columns.FirstOrDefault(column => !known.Contains(column)) is { } strange || !columns.Contains("number") || columns.Distinct().Count() != columns.Length)
        {
            throw new FormatException($"The first line names the columns, each once: {string.Join(",", known)} for {WireNames<WorkKind>.Of(kind)}.");
        }

        return [.. lines.Skip(1).Select(line => new RecordRow(line.Line, Fields(columns, line.Cells, line.Line)))];
    }

    private static JsonObject Fields(ImmutableArray<string> columns, ImmutableArray<string> cells, int line)
    {
        if (cells.Length > columns.Length)
        {
            throw new FormatException($"Line {line} has {cells.Length} cells for {columns.Length} columns.");
        }

        var fields = new JsonObject();
        foreach ((string column, string cell) in columns.Zip(cells).Where(pair => pair.Second.Trim().Length > 0))
        {
            fields[column] = cell.Trim();
        }

        return fields;
    }

    private static JsonObject? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
