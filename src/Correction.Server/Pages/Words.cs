using System.Globalization;
using Correction.Domain;
using Correction.Domain.Law;
using Correction.Grains;
using Correction.Server.Pages.Resources;
using Microsoft.Extensions.Localization;

namespace Correction.Server.Pages;

/// <summary>Values of the domain in words of the law and of the page's language.</summary>
internal static class Words
{
    public static string Of<T>(this IStringLocalizer<Texts> texts, string group, T value)
        where T : struct, Enum => texts.Of(group, WireNames<T>.Of(value));

    /// <summary>A value without a word shows as it is.</summary>
    public static string Of(this IStringLocalizer<Texts> texts, string group, string value) =>
        texts[$"{group}.{value}"] is { ResourceNotFound: false } found ? found.Value : value;

    /// <summary>All values of an enumeration with their words, for a field that chooses one.</summary>
    public static IEnumerable<(string Value, string Text)> Choices<T>(this IStringLocalizer<Texts> texts, string group)
        where T : struct, Enum => WireNames<T>.All.Select(name => (name, texts.Of(group, name)));

    public static string Of(this IStringLocalizer<Texts> texts, LegalBasis basis)
    {
        string[] parts = basis.Article.Split('¶', StringSplitOptions.TrimEntries);
        string article = texts["Law.Article", Number(parts[0])];
        string law = texts.Of("Law", basis.Instrument);
        return $"{law}{(law.EndsWith('》') ? "" : " ")}{article}{(parts.Length > 1 ? texts["Law.Paragraph", Number(parts[1])].Value : string.Empty)}";
    }

    /// <summary>Laws in Chinese number their articles in characters.</summary>
    private static string Number(string digits) =>
        CultureInfo.CurrentUICulture.Name != "en" && digits.Length <= 3 && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? Chinese(value)
            : digits;

    private static string Chinese(int value)
    {
        const string Digits = "零一二三四五六七八九";
        (int hundreds, int tens, int ones) = (value / 100, value / 10 % 10, value % 10);
        return (hundreds > 0 ? $"{Digits[hundreds]}百" : "")
            + (tens > 0 ? $"{(tens == 1 && hundreds == 0 ? "" : Digits[tens])}十" : hundreds > 0 && ones > 0 ? "零" : "")
            + (ones > 0 ? Digits[ones] : "");
    }

    /// <summary>Why a command did not go through; null where it did.</summary>
    public static string? Failure(this IStringLocalizer<Texts> texts, CommandOutcome outcome) => outcome switch
    {
        CommandOutcome.Refused(var refusal) => Explain(texts, refusal),
        CommandOutcome.Stale => texts["Refusal.stale"],
        _ => null,
    };

    private static string Explain(IStringLocalizer<Texts> texts, Refusal refusal)
    {
        string reason = texts["Refusal." + refusal.Code] is { ResourceNotFound: false } known ? known.Value : refusal.Detail;
        return refusal.Basis.IsEmpty ? reason : texts["Refusal.WithBasis", reason, string.Join(texts["Comma"], refusal.Basis.Select(texts.Of))];
    }
}
