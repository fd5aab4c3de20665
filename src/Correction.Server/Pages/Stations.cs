using System.Globalization;
using Correction.Domain;

namespace Correction.Server.Pages;

/// <summary>The office's jurisdictions by name, from configuration <c>Office:Stations</c>; a code without a name shows as it is.</summary>
internal sealed class Stations(IConfiguration configuration)
{
    private readonly Dictionary<string, Station> _byCode =
        (configuration.GetSection("Office:Stations").Get<Station[]>() ?? []).ToDictionary(station => station.Code, StringComparer.Ordinal);

    public string NameOf(string code) => !_byCode.TryGetValue(code, out Station? station) ? code
        : CultureInfo.CurrentUICulture.Name == "en" ? station.NameEn : station.Name;

    /// <summary>The stations that a jurisdiction covers.</summary>
    public IEnumerable<string> Within(string jurisdiction) =>
        _byCode.Keys.Where(code => code.StartsWith(jurisdiction, StringComparison.Ordinal) && Jurisdiction.Parse(code).IsStation).Order(StringComparer.Ordinal);

    internal sealed record Station(string Code, string Name, string NameEn);
}
