using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Correction.Ledger;

/// <summary>
/// An event as the ledger knows it: what stands in the event store, nothing interpreted, so that a leaf is the same whatever
/// version of the service makes it. Texts are null where the store has none.
/// </summary>
/// <param name="Id">Of the envelope, a UUID.</param>
/// <param name="OccurredAt">As the header has it.</param>
/// <param name="RecordedAt">To the microsecond, UTC.</param>
/// <param name="Basis">The header: JSON in a string.</param>
/// <param name="Data">The body; a base64 string where the store holds bytes.</param>
/// <param name="IsBinary">Whether the store holds the body as bytes.</param>
public sealed record LedgerEvent(
    Guid Id,
    long Sequence,
    string Stream,
    long Version,
    string Type,
    string? OccurredAt,
    DateTime RecordedAt,
    string? Account,
    string? Role,
    string? Jurisdiction,
    string? Basis,
    string? Causation,
    JsonElement Data,
    bool IsBinary)
{
    private const string DataKey = "data", DataHashKey = "dataSha256";

    /// <summary>
    /// The leaf: canonical JSON of everything. A body of bytes (packed fixes), or one that would make the leaf longer than an
    /// entry may be, is in it by its SHA-256, hex: of the bytes, or of the body's canonical JSON.
    /// </summary>
    /// <exception cref="FormatException">The body has no canonical form.</exception>
    public byte[] Leaf()
    {
        if (!IsBinary && Write(DataKey, Data) is { Length: <= EntryBundle.LongestEntry } whole)
        {
            return whole;
        }

        byte[] hash = SHA256.HashData(IsBinary ? Data.GetBytesFromBase64() : CanonicalJson.Write(Data));
        return Write(DataHashKey, JsonSerializer.SerializeToElement(Convert.ToHexStringLower(hash)));
    }

    /// <summary>The same with the whole body, as exports carry it.</summary>
    public byte[] Export() => Write(DataKey, Data);

    /// <exception cref="FormatException">The line is no exported event.</exception>
    public static LedgerEvent Read(JsonElement line)
    {
        try
        {
            JsonElement actor = line.GetProperty("actor"), data = line.GetProperty(DataKey);
            return new LedgerEvent(
                line.GetProperty("id").GetGuid(),
                line.GetProperty("sequence").GetInt64(),
                line.GetProperty("stream").GetString()!,
                line.GetProperty("version").GetInt64(),
                line.GetProperty("type").GetString()!,
                Text(line, "occurredAt"),
                DateTime.ParseExact(line.GetProperty("recordedAt").GetString()!, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal),
                Text(actor, "account"),
                Text(actor, "role"),
                Text(actor, "jurisdiction"),
                line.GetProperty("basis") is { ValueKind: not JsonValueKind.Null } basis ? basis.ValueKind == JsonValueKind.String ? basis.GetString() : basis.GetRawText() : null,
                Text(line, "causation"),
                data,
                data.ValueKind == JsonValueKind.String);
        }
        catch (Exception bad) when (bad is KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("The line is no exported event.", bad);
        }
    }

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    /// <summary>The members as RFC 8785 sorts them: only basis and body have to be looked into.</summary>
    private byte[] Write(string dataKey, JsonElement data) => CanonicalJson.Write(text =>
    {
        Append("{\"actor\":{\"account\":", Account);
        Append(",\"jurisdiction\":", Jurisdiction);
        Append(",\"role\":", Role);
        text.Append("},\"basis\":");
        AppendBasis(text);
        Append(",\"causation\":", Causation);
        text.Append(",\"").Append(dataKey).Append("\":");
        CanonicalJson.Append(text, data);
        Append(",\"id\":", Id.ToString());
        Append(",\"occurredAt\":", OccurredAt);
        Append(",\"recordedAt\":", RecordedAt.ToString(TimeFormat, CultureInfo.InvariantCulture));
        text.Append(CultureInfo.InvariantCulture, $",\"sequence\":{Sequence}");
        Append(",\"stream\":", Stream);
        Append(",\"type\":", Type);
        text.Append(CultureInfo.InvariantCulture, $",\"version\":{Version}}}");

        void Append(string member, string? value)
        {
            text.Append(member);
            CanonicalJson.AppendString(text, value);
        }
    });

    /// <summary>A header that is no JSON stands in the leaf as the string it is.</summary>
    private void AppendBasis(StringBuilder text)
    {
        if (Basis is not null && Parse(Basis) is { } parsed)
        {
            CanonicalJson.Append(text, parsed);
        }
        else
        {
            CanonicalJson.AppendString(text, Basis);
        }
    }

    private static JsonElement? Parse(string json)
    {
        try
        {
            return JsonElement.Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement of, string name) => of.GetProperty(name).GetString();
}
