using System.Globalization;
using Correction.Domain;

namespace Correction.Server.Pages;

/// <summary>The office's jurisdictions by name, from configuration <c>Office:Stations</c>; a code without a name shows as it is.</summary>
internal sealed class Stations(IConfiguration configuration)
{
    private readonly Dictionary<string, Station> _byCode =
        (configuration.GetSection("Office:Stations").Get<Station[]>() ?? []).ToDictionary(station => station.Code, StringComparer.Ordinal);

    /// <summary>The office's own code: the widest one configured; empty where none is.</summary>
    public string Office => _byCode.Keys.MinBy(code => code.Length) ?? string.Empty;

    /// <summary>The counties and stations that are configured; prisons, whose codes hold letters, are not the office's.</summary>
    public IEnumerable<Jurisdiction> Served => _byCode.Keys.Where(code => code.All(char.IsAsciiDigit)).Select(Jurisdiction.Parse).Where(code => code.IsCountyOrBelow);

    public string NameOf(string code) => !_byCode.TryGetValue(code, out Station? station) ? code
        : CultureInfo.CurrentUICulture.Name == "en" ? station.NameEn : station.Name;

    /// <summary>The stations that a jurisdiction covers.</summary>
    public IEnumerable<string> Within(string jurisdiction) =>
        _byCode.Keys.Where(code => code.StartsWith(jurisdiction, StringComparison.Ordinal) && Jurisdiction.Parse(code).IsStation).Order(StringComparer.Ordinal);

    /// <summary>Every name known of what a jurisdiction covers, by code.</summary>
    public IReadOnlyDictionary<string, string> NamesWithin(string jurisdiction) =>
        _byCode.Keys.Where(code => code.StartsWith(jurisdiction, StringComparison.Ordinal)).ToDictionary(code => code, NameOf);

    internal sealed record Station(string Code, string Name, string NameEn);
}
