namespace Correction.Domain.Law;

/// <summary>The article a decision stands on, as it was numbered on the day of the decision.</summary>
/// <param name="Instrument">Name of the law in Chinese, as published.</param>
/// <param name="Article">Article and paragraph, such as <c>29 ¶1</c>.</param>
public sealed record LegalBasis(string Instrument, string Article);
