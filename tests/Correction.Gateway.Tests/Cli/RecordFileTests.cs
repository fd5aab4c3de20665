using Correction.Cli;
using Correction.Domain.WorkRecords;

namespace Correction.Gateway.Tests.Cli;

public sealed class RecordFileTests
{
    [Fact]
    public void Given_quotes_commas_empty_cells_and_line_ends_When_read_Then_each_row_has_its_line_and_its_fields()
    {
        IReadOnlyList<RecordRow> rows = RecordFile.ReadCsv("number, issuer,reviewedOn,filedOn\r\n\"a \"\"b\"\", c\",government,2023-01-01,\r\n\r\n\"two\r\nlines\",department,2023-02-01,2023-02-02", WorkKind.NormativeDocument);

        Assert.Equal([(2, """{"number":"a \u0022b\u0022, c","issuer":"government","reviewedOn":"2023-01-01"}"""), (4, """{"number":"two\r\nlines","issuer":"department","reviewedOn":"2023-02-01","filedOn":"2023-02-02"}""")],
            rows.Select(row => (row.Line, row.Fields.ToJsonString())));
        Assert.Equal(["2023", "2023"], rows.Select(row => row.YearOf("reviewedOn")));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("number,name\n", "columns")]
    [InlineData("matter,acceptedOn\n", "columns")]
    [InlineData("number,number\n", "columns")]
    [InlineData("number,matter\n1,civil,x\n", "Line 2 has 3 cells")]
    [InlineData("number,matter\n1,\"civil\n", "line 2 is not closed")]
    public void Given_what_is_no_register_When_read_Then_the_message_says_where(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => RecordFile.ReadCsv(text, WorkKind.LegalAid)).Message, StringComparison.Ordinal);

    [Fact]
    public void Given_lines_of_JSON_When_one_is_none_Then_it_is_named()
    {
        Assert.Equal([1, 3], RecordFile.ReadLines("{\"number\":\"1\"}\n\n{\"number\":\"2\"}\n").Select(row => row.Line));
        Assert.Contains("Line 2 ", Assert.Throws<FormatException>(() => RecordFile.ReadLines("{}\n[1]")).Message, StringComparison.Ordinal);
    }
}
