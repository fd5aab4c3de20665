using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Correction.Ledger;

/// <summary>
/// The one form of a JSON value (RFC 8785): members sorted by UTF-16 code units, no white space, numbers and strings as
/// ECMAScript writes them, UTF-8.
/// </summary>
public static class CanonicalJson
{
    /// <summary>Up to here a double holds every whole number, and ECMAScript writes it with all its digits.</summary>
    private const long LargestExact = 1L << 53;

    private static readonly SearchValues<char> Escaped = SearchValues.Create([.. Enumerable.Range(0, 32).Select(code => (char)code), '"', '\\']);

    /// <exception cref="FormatException">The value has no such form: a name twice, a number beyond a double, half a surrogate pair.</exception>
    public static byte[] Write(JsonElement value) => Write(text => Append(text, value));

    /// <param name="append">Appends a value that is in its form already but for the parts given to the other methods.</param>
    /// <exception cref="FormatException">A value has no such form.</exception>
    internal static byte[] Write(Action<StringBuilder> append)
    {
        try
        {
            var text = new StringBuilder(1024);
            append(text);
            return Encoding.UTF8.GetBytes(text.ToString());
        }
        catch (InvalidOperationException half) // how JsonElement refuses to decode it
        {
            throw new FormatException("A string holds half a surrogate pair.", half);
        }
    }

    /// <summary>A double as ECMAScript's Number::toString gives it.</summary>
    /// <exception cref="FormatException">It is infinite or not a number.</exception>
    public static string Number(double number)
    {
        if (!double.IsFinite(number))
        {
            throw new FormatException("JSON has no such number.");
        }

        if (number == 0)
        {
            return "0";
        }

        (string digits, int point) = Shortest(Math.Abs(number));
        string text = point switch
        {
            > 0 and <= 21 when digits.Length <= point => digits + new string('0', point - digits.Length),
            > 0 and <= 21 => $"{digits[..point]}.{digits[point..]}",
            > -6 and <= 0 => $"0.{new string('0', -point)}{digits}",
            _ => Scientific(digits, point - 1),
        };
        return number < 0 ? "-" + text : text;
    }

    internal static void Append(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                AppendObject(text, value);
                break;
            case JsonValueKind.Array:
                text.Append('[');
                int items = 0;
                foreach (JsonElement item in value.EnumerateArray())
                {
                    text.Append(items++ == 0 ? string.Empty : ",");
                    Append(text, item);
                }

                text.Append(']');
                break;
            case JsonValueKind.String:
                AppendString(text, value.GetString()!);
                break;
            case JsonValueKind.Number when value.TryGetInt64(out long whole) && whole is >= -LargestExact and <= LargestExact:
                text.Append(CultureInfo.InvariantCulture, $"{whole}");
                break;
            case JsonValueKind.Number:
                text.Append(Number(value.GetDouble()));
                break;
            default:
                text.Append(value.GetRawText()); // true, false, null
                break;
        }
    }

    private static void AppendObject(StringBuilder text, JsonElement value)
    {
        JsonProperty[] members = [.. value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal)];
        text.Append('{');
        for (int at = 0; at < members.Length; at++)
        {
            if (at > 0 && members[at].Name == members[at - 1].Name)
            {
                throw new FormatException($"The member '{members[at].Name}' stands there twice.");
            }

            text.Append(at == 0 ? string.Empty : ",");
            AppendString(text, members[at].Name);
            text.Append(':');
            Append(text, members[at].Value);
        }

        text.Append('}');
    }

    internal static void AppendString(StringBuilder text, string? value)
    {
        if (value is null)
        {
            text.Append("null");
            return;
        }

        text.Append('"');
        if (value.AsSpan().ContainsAny(Escaped))
        {
            foreach (char unit in value)
            {
                text.Append(Escape(unit));
            }
        }
        else
        {
            text.Append(value);
        }

        text.Append('"');
    }

    private static string Escape(char unit) => unit switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\f' => "\\f",
        '\r' => "\\r",
        < ' ' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}"),
        _ => unit.ToString(),
    };

    /// <summary>The fewest digits that read back as this number, and where the point stands: the value is 0.digits × 10^point.</summary>
    private static (string Digits, int Point) Shortest(double number)
    {
        string[] parts = number.ToString("R", CultureInfo.InvariantCulture).Split('E');
        string[] mantissa = parts[0].Split('.');
        string all = string.Concat(mantissa), significant = all.TrimStart('0');
        int exponent = parts.Length == 2 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
        return (significant.TrimEnd('0'), mantissa[0].Length + exponent - (all.Length - significant.Length));
    }

    private static string Scientific(string digits, int exponent) =>
        string.Create(CultureInfo.InvariantCulture, $"{digits[..1]}{(digits.Length > 1 ? "." + digits[1..] : string.Empty)}e{(exponent < 0 ? string.Empty : "+")}{exponent}");
}
