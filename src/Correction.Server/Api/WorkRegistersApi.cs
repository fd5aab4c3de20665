using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Time;
using Correction.Domain.WorkRecords;
using Correction.Grains;
using Correction.Server.Accounts;
using NodaTime;

namespace Correction.Server.Api;

/// <summary>
/// Registers of work that other systems or paper keep: their rows are taken over in batches, each whole or not at all. A row
/// is known by its number: sent again it changes nothing.
/// </summary>
internal static class WorkRegistersApi
{
    private const int MostRows = 500;
    private const int LongestSource = 100;

    public static void MapWorkRegisters(this WebApplication app) => app.MapPost("/api/v1/work-registers/{county}/{kind}/{year}/records", Take)
        .WithTags("Work").RequireAuthorization(Policies.ImportRecords);

    private static async Task<IResult> Take(HttpContext http, string county, string kind, string year, IGrainFactory grains, IClock clock)
    {
        if (!WorkRegister.TryParse($"{county}/{kind}/{year}", out WorkRegister register))
        {
            return Problems.NotFound();
        }

        RequestBody body = await RequestBody.ReadAsync(http.Request);
        string source = body.Text("source", LongestSource);
        ImmutableArray<WorkRecord> rows = Rows(body, register, ChinaTime.DateOf(clock.GetCurrentInstant()));
        if (!http.User.Covers(register.County))
        {
            return Problems.OutsideJurisdiction();
        }

        return body.Errors.Count > 0 ? Problems.Malformed(body.Errors)
            : Tell(await grains.GetGrain<IWorkRegisterGrain>(register.ToString()).Record(rows, source, http.User.Actor()));
    }

    private static IResult Tell(RegisterOutcome outcome) => outcome switch
    {
        RegisterOutcome.Taken taken => TypedResults.Ok(new TakenRecords(taken.Recorded, taken.Unchanged, taken.Events)),
        RegisterOutcome.Refused { Rows: [var first, ..] rows } => Problems.From(
            first.Refusal, rows.Select(row => (Field(row.Index, "number"), row.Refusal.Detail))),
        _ => throw new UnreachableException(),
    };

    private static ImmutableArray<WorkRecord> Rows(RequestBody body, WorkRegister register, LocalDate today)
    {
        if (body.At("records") is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() is 0 or > MostRows)
        {
            body.Fail("records", $"A list of 1 to {MostRows} records.");
            return [];
        }

        var rows = ImmutableArray.CreateBuilder<WorkRecord>();
        foreach ((int index, JsonElement item) in list.EnumerateArray().Index())
        {
            RequestBody row = RequestBody.Of(item);
            WorkRecord record = Read(row, register);
            IEnumerable<(string Field, string Message)> flaws = row.Errors.Count > 0
                ? row.Errors
                : register.Flaws(record, today).Select(flaw => (flaw.Field, flaw.Message));
            foreach ((string field, string message) in flaws)
            {
                body.Fail(Field(index, field), message);
            }

            rows.Add(record);
        }

        return rows.DrainToImmutable();
    }

    /// <summary>The columns of one kind; a row of a spreadsheet gives every value as text.</summary>
    private static WorkRecord Read(RequestBody row, WorkRegister register)
    {
        string number = row.Text("number");
        Jurisdiction jurisdiction = register.County;
        if (row.OptionalText("jurisdiction") is { } code && !Jurisdiction.TryParse(code, out jurisdiction))
        {
            row.Fail("jurisdiction", "The six digits of a county or the nine of a station.");
        }

        return register.Kind switch
        {
            WorkKind.Mediation => new MediationRecord(
                number, jurisdiction, row.Choice<DisputeKind>("dispute"), row.Date("acceptedOn"), row.OptionalDate("concludedOn"), row.OptionalChoice<MediationOutcome>("outcome")),
            WorkKind.Reconsideration => new ReconsiderationRecord(
                number, jurisdiction, row.Date("receivedOn"), row.OptionalDate("acceptedOn"), row.OptionalDate("notAcceptedOn"), row.OptionalDate("concludedOn"),
                row.OptionalChoice<ReconsiderationOutcome>("outcome")),
            WorkKind.NormativeDocument => new NormativeDocumentRecord(
                number, jurisdiction, row.Choice<DocumentIssuer>("issuer"), row.Date("reviewedOn"), row.OptionalDate("filedOn")),
            WorkKind.LegalAid => new LegalAidRecord(number, jurisdiction, row.Choice<LegalAidMatter>("matter"), row.Date("acceptedOn"), row.OptionalDate("concludedOn")),
            WorkKind.RemoteVisit => new RemoteVisitRecord(number, jurisdiction, Count(row, "visitors"), row.Date("heldOn")),
            _ => throw new UnreachableException(),
        };
    }

    private static int Count(RequestBody row, string field) =>
        int.TryParse(row.At(field).ToString(), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int count) ? count : 0;

    private static string Field(int index, string field) => field.Length == 0 ? $"records[{index}]" : $"records[{index}].{field}";
}

/// <param name="Recorded">Rows that told something new.</param>
/// <param name="Unchanged">Rows that stood already.</param>
/// <param name="Events">What was recorded.</param>
internal sealed record TakenRecords(int Recorded, int Unchanged, int Events);
