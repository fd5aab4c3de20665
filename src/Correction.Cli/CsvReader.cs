using System.Collections.Immutable;
using System.Text;

namespace Correction.Cli;

/// <summary>Comma-separated values (RFC 4180): quoted cells may hold commas, line ends and doubled quotes. Empty lines are skipped.</summary>
public static class CsvReader
{
    /// <returns>Each record with the line on which it begins, from 1.</returns>
    /// <exception cref="FormatException">A quote is not closed; the message names the line.</exception>
    public static IEnumerable<(int Line, ImmutableArray<string> Cells)> Read(string text)
    {
        (int line, int begun, bool quoted) = (1, 1, false);
        var cell = new StringBuilder();
        var cells = ImmutableArray.CreateBuilder<string>();
        for (int at = 0; at < text.Length; at++)
        {
            char character = text[at];
            line += character == '\n' ? 1 : 0;
            switch (character)
            {
                case '"' when quoted && at + 1 < text.Length && text[at + 1] == '"':
                    cell.Append('"');
                    at++;
                    break;
                case '"' when quoted || cell.Length == 0:
                    quoted = !quoted;
                    break;
                case ',' when !quoted:
                    Close();
                    break;
                case '\n' when !quoted:
                    Close();
                    if (cells is not [{ Length: 0 }])
                    {
                        yield return (begun, cells.ToImmutable());
                    }

                    cells.Clear();
                    begun = line;
                    break;
                case '\r' when !quoted:
                    break;
                default:
                    cell.Append(character);
                    break;
            }
        }

        if (quoted)
        {
            throw new FormatException($"A quote that is opened in the record of line {begun} is not closed.");
        }

        if (cell.Length > 0 || cells.Count > 0)
        {
            Close();
            yield return (begun, cells.ToImmutable());
        }

        void Close()
        {
            cells.Add(cell.ToString());
            cell.Clear();
        }
    }
}
