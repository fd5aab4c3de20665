namespace Correction.Server.Api;

/// <summary>Tables for spreadsheets (RFC 4180).</summary>
internal static class Csv
{
    public const string ContentType = "text/csv; charset=utf-8";

    /// <summary>In quotes; what a spreadsheet would take for a formula is kept from being one.</summary>
    public static string Quoted(string text) =>
        $"\"{(text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" : "")}{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
