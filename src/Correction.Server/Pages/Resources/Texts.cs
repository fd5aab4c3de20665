namespace Correction.Server.Pages.Resources;

/// <summary>Names the words of the pages: <c>Texts.resx</c> in Chinese, <c>Texts.en.resx</c> in English.</summary>
public sealed class Texts;
