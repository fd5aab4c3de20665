using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using NodaTime;
using NodaTime.Text;

namespace Correction.Domain.Subjects;

/// <summary>
/// A citizen identity number (公民身份号码, GB 11643-1999): six digits of a division, eight of the date of birth, three of
/// a sequence, and a check character by ISO 7064 MOD 11-2. Personal data: it never stands in an event or a log.
/// </summary>
public sealed record IdentityNumber
{
    private const int Length = 18;
    private const string CheckCharacters = "10X98765432"; // by the weighted sum modulo 11

    private static readonly int[] Weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

    private IdentityNumber(string value, LocalDate birthDate) => (Value, BirthDate) = (value, birthDate);

    /// <summary>Eighteen characters, a check character X in upper case.</summary>
    public string Value { get; }

    public LocalDate BirthDate { get; }

    public static bool TryParse(string? text, [NotNullWhen(true)] out IdentityNumber? number)
    {
        number = null;
        if (text is not { Length: Length } || !text.AsSpan(0, Length - 1).ContainsOnlyDigits()
            || char.ToUpperInvariant(text[^1]) != CheckCharacter(text.AsSpan(0, Length - 1)))
        {
            return false;
        }

        ParseResult<LocalDate> birth = LocalDatePattern.CreateWithInvariantCulture("uuuuMMdd").Parse(text[6..14]);
        if (birth.Success)
        {
            number = new IdentityNumber(text[..^1] + char.ToUpperInvariant(text[^1]), birth.Value);
        }

        return birth.Success;
    }

    /// <summary>Completes seventeen digits.</summary>
    /// <exception cref="ArgumentException">They are not seventeen digits.</exception>
    public static char CheckCharacter(ReadOnlySpan<char> digits)
    {
        if (digits.Length != Weights.Length || !digits.ContainsOnlyDigits())
        {
            throw new ArgumentException("An identity number has seventeen digits before its check character.", nameof(digits));
        }

        int sum = 0;
        for (int i = 0; i < Weights.Length; i++)
        {
            sum += Weights[i] * CharUnicodeInfo.GetDecimalDigitValue(digits[i]);
        }

        return CheckCharacters[sum % CheckCharacters.Length];
    }

    /// <summary>The number itself is not printed.</summary>
    public override string ToString() => nameof(IdentityNumber);
}

internal static class DigitSpans
{
    public static bool ContainsOnlyDigits(this ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('0', '9') < 0;
}
