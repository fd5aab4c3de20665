using Correction.Domain.Subjects;
using NodaTime;

namespace Correction.Domain.Tests.Subjects;

// The examples are those of GB 11643-1999 itself.
public sealed class IdentityNumberTests
{
    [Theory]
    [InlineData("11010519491231002X", 1949, 12, 31)]
    [InlineData("11010519491231002x", 1949, 12, 31)]
    [InlineData("440524188001010014", 1880, 1, 1)]
    public void Given_a_sound_number_When_parsed_Then_it_tells_the_birth_date(string text, int year, int month, int day)
    {
        Assert.True(IdentityNumber.TryParse(text, out IdentityNumber? number));
        Assert.Equal(new LocalDate(year, month, day), number.BirthDate);
        Assert.Equal(text.ToUpperInvariant(), number.Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("110105194912310021")] // check character
    [InlineData("110105194913310029")] // a thirteenth month
    [InlineData("1101051949123100２X")] // a full-width digit
    [InlineData("110105491231002")] // the fifteen digits of before 1999
    public void Given_an_unsound_number_When_parsed_Then_it_is_refused(string? text) => Assert.False(IdentityNumber.TryParse(text, out _));

    [Fact]
    public void Given_a_number_When_printed_Then_it_is_not_told()
    {
        Assert.True(IdentityNumber.TryParse("11010519491231002X", out IdentityNumber? number));
        Assert.DoesNotContain("1949", number.ToString(), StringComparison.Ordinal);
    }
}
