using System.Buffers.Text;
using System.Text;
using Npgsql;

namespace Correction.Store.Reading;

/// <summary>
/// Where a page ended, opaque to clients: the sort keys of its last item. A page that begins there neither repeats nor
/// skips what was there before, whatever is added meanwhile.
/// </summary>
public readonly record struct Cursor(string First, string Second)
{
    private const char Separator = '\n';

    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(First + Separator + Second));

    public static bool TryParse(string? text, out Cursor cursor)
    {
        cursor = default;
        if (string.IsNullOrEmpty(text) || !Base64Url.IsValid(text))
        {
            return false;
        }

        string[] parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(Separator);
        if (parts.Length == 2)
        {
            cursor = new Cursor(parts[0], parts[1]);
        }

        return parts.Length == 2;
    }
}

/// <summary>A page of a longer list; <paramref name="Next"/> begins the next one, null at the end.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, Cursor? Next);

internal static class KeyPages
{
    /// <summary>A page of the keys that a command selects in their order, one more than the limit.</summary>
    public static async Task<Page<string>> ReadKeysAsync(this NpgsqlCommand select, int limit, CancellationToken cancellation)
    {
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellation);
        var keys = new List<string>();
        while (await row.ReadAsync(cancellation))
        {
            keys.Add(row.GetString(0));
        }

        return keys.Count > limit ? new(keys[..limit], new Cursor("", keys[limit - 1])) : new(keys, null);
    }
}
