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
        string article = texts["Law.Article", parts[0]];
        return $"{texts.Of("Law", basis.Instrument)} {article}{(parts.Length > 1 ? texts["Law.Paragraph", parts[1]].Value : string.Empty)}";
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
        return refusal.Basis.IsEmpty ? reason : texts["Refusal.WithBasis", reason, string.Join(", ", refusal.Basis.Select(texts.Of))];
    }
}
