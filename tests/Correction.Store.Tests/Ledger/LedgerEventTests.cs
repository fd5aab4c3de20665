using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Correction.Ledger;

namespace Correction.Store.Tests.Ledger;

/// <summary>The leaf's form is frozen: another one would be another tree.</summary>
public sealed class LedgerEventTests
{
    private static readonly LedgerEvent Looked = new(
        Guid.Parse("0193f0c4-0000-7000-8000-000000000001"), 42, "access/officer/2026-03-01", 3, "personal_data_viewed", "2026-03-01T02:03:04.5Z",
        new DateTime(2026, 3, 1, 2, 3, 4, DateTimeKind.Utc).AddTicks(6_543_210), "officer", "Officer", "430981001",
        """[{"Instrument":"中华人民共和国社区矫正法","Article":"29"}]""", "command-1", JsonElement.Parse("""{"what": "board", "subjects": []}"""), false);

    [Fact]
    public void The_leaf_is_the_canonical_JSON_of_everything_that_the_store_holds() => Assert.Equal(
        """{"actor":{"account":"officer","jurisdiction":"430981001","role":"Officer"},"basis":[{"Article":"29","Instrument":"中华人民共和国社区矫正法"}],"causation":"command-1","data":{"subjects":[],"what":"board"},"id":"0193f0c4-0000-7000-8000-000000000001","occurredAt":"2026-03-01T02:03:04.5Z","recordedAt":"2026-03-01T02:03:04.654321Z","sequence":42,"stream":"access/officer/2026-03-01","type":"personal_data_viewed","version":3}""",
        Encoding.UTF8.GetString(Looked.Leaf()));

    [Fact]
    public void Packed_fixes_stand_in_the_leaf_by_their_hash()
    {
        byte[] packed = [1, 2, 3];
        LedgerEvent track = Looked with { Data = JsonSerializer.SerializeToElement(packed), IsBinary = true };
        JsonElement leaf = JsonElement.Parse(track.Leaf());
        Assert.False(leaf.TryGetProperty("data", out _));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(packed)), leaf.GetProperty("dataSha256").GetString());
    }

    [Fact]
    public void A_body_too_long_for_an_entry_stands_in_the_leaf_by_the_hash_of_its_canonical_form()
    {
        LedgerEvent wide = Looked with { Data = JsonSerializer.SerializeToElement(new { ring = new string('x', 70_000) }) };
        JsonElement leaf = JsonElement.Parse(wide.Leaf());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Write(wide.Data))), leaf.GetProperty("dataSha256").GetString());
    }

    [Fact]
    public void What_is_exported_makes_the_same_leaf_again()
    {
        LedgerEvent[] all =
        [
            Looked,
            Looked with { Basis = null, Causation = null, Account = null },
            Looked with { Basis = "no JSON" },
            Looked with { Data = JsonSerializer.SerializeToElement<byte[]>([9, 8, 7]), IsBinary = true },
            Looked with { Data = JsonSerializer.SerializeToElement(new { ring = new string('x', 70_000) }) },
        ];
        Assert.All(all, happened => Assert.Equal(happened.Leaf(), LedgerEvent.Read(JsonElement.Parse(happened.Export())).Leaf()));
    }
}
