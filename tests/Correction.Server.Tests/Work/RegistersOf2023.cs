using System.Globalization;
using Correction.Domain.WorkRecords;
using NodaTime;
using NodaTime.Text;

namespace Correction.Server.Tests.Work;

/// <summary>What the office published of its year 2023.</summary>
internal static class Published2023
{
    public const int VisitsHeld = 234;
    public const int PeopleMet = 461;
    public const int Mediated = 1_181;
    public const int Settled = 1_159;
    public const int ReconsiderationsReceived = 52;
    public const int ReconsiderationsAccepted = 47;
    public const int ReconsiderationsNotAccepted = 5;
    public const int ReconsiderationsConcluded = 41;
    public const int DocumentsReviewed = 26;
    public const int LegalAidAccepted = 387;
    public const int LegalAidConcluded = 265;
}

/// <summary>
/// Invented registers that add up to the published year, always the same, as CSV; and some rows of the years before and after
/// that a report on 2023 must not count.
/// </summary>
internal static class RegistersOf2023
{
    private const int Stations = 4;
    private static readonly LocalDate NewYear = new(2023, 1, 1);

    /// <summary>The register of each kind.</summary>
    public static IEnumerable<(WorkKind Kind, string Csv)> All =>
    [
        (WorkKind.Mediation, Csv("number,jurisdiction,dispute,acceptedOn,concludedOn,outcome", Mediations())),
        (WorkKind.Reconsideration, Csv("number,receivedOn,acceptedOn,notAcceptedOn,concludedOn,outcome", Reconsiderations())),
        (WorkKind.NormativeDocument, Csv("number,issuer,reviewedOn,filedOn", Documents())),
        (WorkKind.LegalAid, Csv("number,jurisdiction,matter,acceptedOn,concludedOn", LegalAid())),
        (WorkKind.RemoteVisit, Csv("number,jurisdiction,visitors,heldOn", Visits())),
    ];

    private static IEnumerable<string> Mediations()
    {
        string[] disputes = ["family", "neighbours", "housing", "land", "contract", "damages", "labour", "other"];
        for (int i = 0; i < Published2023.Mediated; i++)
        {
            LocalDate accepted = Spread(i, Published2023.Mediated);
            yield return $"2023-{i + 1:0000},{Station(i)},{disputes[i % 8]},{Iso(accepted)},{Iso(WithinYear(accepted.PlusDays(i % 19)))},{(i < Published2023.Settled ? "agreed" : "failed")}";
        }

        yield return $"2023-9001,{Station(0)},family,2023-12-30,2024-01-03,agreed"; // ended the year after
        yield return $"2023-9002,{Station(1)},family,2023-12-31,,"; // not ended
        yield return $"2022-0901,{Station(2)},land,2022-12-01,2022-12-31,agreed"; // the year before
    }

    private static IEnumerable<string> Reconsiderations()
    {
        for (int i = 0; i < Published2023.ReconsiderationsReceived; i++)
        {
            LocalDate received = Spread(i, 60);
            bool accepted = i < Published2023.ReconsiderationsAccepted;
            string concluded = i < Published2023.ReconsiderationsConcluded ? $"{Iso(WithinYear(received.PlusDays(45)))},upheld" : ",";
            yield return accepted ? $"沅复〔2023〕{i + 1}号,{Iso(received)},{Iso(received.PlusDays(3))},,{concluded}" : $"沅复〔2023〕{i + 1}号,{Iso(received)},,{Iso(received.PlusDays(4))},,";
        }
    }

    private static IEnumerable<string> Documents() => Enumerable.Range(0, Published2023.DocumentsReviewed).Select(i =>
        $"{i + 1},{(i % 2 == 0 ? "government" : "department")},{Iso(Spread(i, 30))},{Iso(Spread(i, 30).PlusDays(15))}");

    private static IEnumerable<string> LegalAid()
    {
        string[] matters = ["civil", "criminal", "administrative"];
        for (int i = 0; i < Published2023.LegalAidAccepted; i++)
        {
            LocalDate accepted = Spread(i, Published2023.LegalAidAccepted);
            string concluded = i < Published2023.LegalAidConcluded ? Iso(WithinYear(accepted.PlusDays(60))) : i % 2 == 0 ? "2024-02-01" : "";
            yield return $"{i + 1:000},{Station(i)},{matters[i % 3]},{Iso(accepted)},{concluded}";
        }
    }

    private static IEnumerable<string> Visits()
    {
        int second = Published2023.PeopleMet - Published2023.VisitsHeld; // so many visits have two visitors, the others one
        return Enumerable.Range(0, Published2023.VisitsHeld).Select(i => $"{i + 1},{Station(i)},{(i < second ? 2 : 1)},{Iso(Spread(i, Published2023.VisitsHeld))}");
    }

    private static string Csv(string header, IEnumerable<string> rows) => string.Join("\r\n", rows.Prepend(header));

    private static string Station(int number) => string.Create(CultureInfo.InvariantCulture, $"43098100{(number % Stations) + 1}");

    private static LocalDate Spread(int number, int of) => NewYear.PlusDays(number * 365 / of);

    private static LocalDate WithinYear(LocalDate date) => LocalDate.Min(date, new LocalDate(2023, 12, 31));

    private static string Iso(LocalDate date) => LocalDatePattern.Iso.Format(date);
}
