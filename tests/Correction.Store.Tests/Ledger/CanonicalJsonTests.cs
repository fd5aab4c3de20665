using System.Globalization;
using System.Text;
using System.Text.Json;
using Correction.Ledger;
using FsCheck.Xunit;

namespace Correction.Store.Tests.Ledger;

/// <summary>RFC 8785 with its own samples.</summary>
public sealed class CanonicalJsonTests
{
    [Fact]
    public void The_sample_of_the_RFC_comes_out_as_printed_there()
    {
        const string Sample =
            """
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """;
        Assert.Equal(
            """{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}""",
            Canonical(Sample));
    }

    [Fact]
    public void Members_are_sorted_by_code_units()
    {
        const string Sample =
            """
            {"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",
             "\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}
            """;
        Assert.Equal(
            ["Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign", "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh"],
            JsonElement.Parse(Canonical(Sample)).EnumerateObject().Select(member => member.Value.GetString()));
    }

    [Theory]
    [InlineData("0000000000000000", "0")]
    [InlineData("8000000000000000", "0")]
    [InlineData("0000000000000001", "5e-324")]
    [InlineData("8000000000000001", "-5e-324")]
    [InlineData("7fefffffffffffff", "1.7976931348623157e+308")]
    [InlineData("ffefffffffffffff", "-1.7976931348623157e+308")]
    [InlineData("4340000000000000", "9007199254740992")]
    [InlineData("c340000000000000", "-9007199254740992")]
    [InlineData("4430000000000000", "295147905179352830000")]
    [InlineData("44b52d02c7e14af5", "9.999999999999997e+22")]
    [InlineData("44b52d02c7e14af6", "1e+23")]
    [InlineData("44b52d02c7e14af7", "1.0000000000000001e+23")]
    [InlineData("444b1ae4d6e2ef4e", "999999999999999700000")]
    [InlineData("444b1ae4d6e2ef4f", "999999999999999900000")]
    [InlineData("444b1ae4d6e2ef50", "1e+21")]
    [InlineData("3eb0c6f7a0b5ed8c", "9.999999999999997e-7")]
    [InlineData("3eb0c6f7a0b5ed8d", "0.000001")]
    [InlineData("41b3de4355555553", "333333333.3333332")]
    [InlineData("41b3de4355555554", "333333333.33333325")]
    [InlineData("41b3de4355555555", "333333333.3333333")]
    [InlineData("41b3de4355555556", "333333333.3333334")]
    [InlineData("41b3de4355555557", "333333333.33333343")]
    [InlineData("becbf647612f3696", "-0.0000033333333333333333")]
    [InlineData("43143ff3c1cb0959", "1424953923781206.2")]
    public void Numbers_are_written_as_in_the_RFCs_table(string bits, string written) =>
        Assert.Equal(written, CanonicalJson.Number(BitConverter.Int64BitsToDouble(long.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture))));

    [Theory]
    [InlineData("-0", "0")]
    [InlineData("-17", "-17")]
    [InlineData("1e3", "1000")]
    [InlineData("9007199254740993", "9007199254740992")]
    [InlineData("-9223372036854775808", "-9223372036854776000")]
    public void Whole_numbers_are_written_as_doubles_are_wherever_the_service_runs(string read, string written)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("zh-CN") { NumberFormat = { NegativeSign = "\u2212" } }; // as Swedish and Persian have it
            Assert.Equal(written, Canonical(read));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("""{"a":1,"a":1}""")]
    [InlineData("1e400")]
    [InlineData("""["\ud800"]""")]
    public void What_has_no_canonical_form_is_refused(string json) => Assert.Throws<FormatException>(() => Canonical(json));

    [Property]
    public bool Whatever_the_number_it_reads_back_and_its_form_is_final(double number)
    {
        string once = double.IsFinite(number) ? CanonicalJson.Number(number) : "0";
        return (!double.IsFinite(number) || double.Parse(once, CultureInfo.InvariantCulture) == number) && Canonical(once) == once;
    }

    [Property]
    public bool Whatever_the_texts_their_order_and_their_spelling_do_not_matter(Dictionary<int, string> texts)
    {
        Dictionary<string, string> some = texts.ToDictionary(text => $"{text.Key}", text => text.Value ?? "null");
        string plain = JsonSerializer.Serialize(some), turned = JsonSerializer.Serialize(some.Reverse().ToDictionary(), Loose);
        return Canonical(plain) == Canonical(turned) && Canonical(Canonical(plain)) == Canonical(plain);
    }

    private static readonly JsonSerializerOptions Loose = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Canonical(string json) => Encoding.UTF8.GetString(CanonicalJson.Write(JsonElement.Parse(json)));
}
