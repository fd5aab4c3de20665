using Correction.Domain;
using Correction.Domain.Time;
using Correction.Domain.WorkRecords;
using Correction.Projections;
using Correction.Server.Accounts;
using Correction.Server.Api.OpenApi;
using Correction.Store.Reading;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace Correction.Server.Api;

/// <summary>The work report of a period, beside another one's where asked, and from each count the events that it is.</summary>
internal static class WorkReportApi
{
    private const int LongestPage = 500;

    public static void MapWorkReport(this WebApplication app)
    {
        RouteGroupBuilder report = app.MapGroup("/api/v1/reports/work").WithTags("Work").RequireAuthorization(Policies.ReadSubjects);
        report.MapGet("/", Read);
        report.MapGet("/{measure}", Find);
    }

    private static async Task<IResult> Read(
        HttpContext http, string? from, string? to, string? compareFrom, string? compareTo, string? jurisdiction, WorkReportReader reader, Freshness freshness, IClock clock)
    {
        LocalDate today = ChinaTime.DateOf(clock.GetCurrentInstant());
        if (ReportPeriod.Read(from, to, today) is not { } period || (compareFrom ?? compareTo) is not null && ReportPeriod.Read(compareFrom, compareTo, today) is null)
        {
            return NoPeriod();
        }

        if (AlertsApi.Within(http, jurisdiction, out Jurisdiction within) is { } problem)
        {
            return problem;
        }

        ReportPeriod? other = compareFrom is null ? null : ReportPeriod.Read(compareFrom, compareTo, today);
        await freshness.WaitForProjectionsAsync(http.RequestAborted);
        WorkReport report = await reader.ReadAsync(within, period.From, period.To, http.RequestAborted);
        WorkReport? compared = other is null ? null : await reader.ReadAsync(within, other.From, other.To, http.RequestAborted);
        return TypedResults.Ok(new WorkReportShape(
            within.Code, period.From, period.To, other?.From, other?.To,
            [.. Enum.GetValues<WorkMeasure>().Select(measure => new WorkFigureShape(measure, report[measure], compared?[measure]))],
            [.. WorkShare.All.Select(share => new WorkShareShape(share.Name, share.Part, share.Whole, report.Percent(share), compared?.Percent(share)))]));
    }

    private static async Task<IResult> Find(HttpContext http, string measure, [AsParameters] StepParameters asked, WorkReportReader reader, Freshness freshness, IClock clock)
    {
        if (!WireNames<WorkMeasure>.TryParse(measure, out WorkMeasure counted))
        {
            return Problems.NotFound();
        }

        if (ReportPeriod.Read(asked.From, asked.To, ChinaTime.DateOf(clock.GetCurrentInstant())) is not { } period)
        {
            return NoPeriod();
        }

        Cursor after = default;
        if ((asked.Cursor is not null && !Cursor.TryParse(asked.Cursor, out after)) || asked.Limit is < 1 or > LongestPage)
        {
            return Problems.Malformed(("cursor", $"The next of the page before, unchanged; limit 1 to {LongestPage}."));
        }

        if (AlertsApi.Within(http, asked.Jurisdiction, out Jurisdiction within) is { } problem)
        {
            return problem;
        }

        await freshness.WaitForProjectionsAsync(http.RequestAborted);
        Page<CountedStep> page = await reader.FindAsync(counted, within, period.From, period.To, asked.Cursor is null ? null : after, asked.Limit ?? 100, http.RequestAborted);
        return TypedResults.Ok(new CountedPage([.. page.Items.Select(Write)], page.Next?.ToString()));
    }

    private static CountedShape Write(CountedStep step) => new(
        step.Entry.Id, step.Entry.Number, step.Entry.Jurisdiction, step.Amount, step.Event.Sequence, step.Event.Type, step.Event.OccurredAt, step.Event.RecordedAt,
        step.Event.Actor.Account, (step.Event.Data as WorkRecordEvent)?.Source);

    private static ProblemHttpResult NoPeriod() =>
        Problems.Malformed(("from", "Two dates such as 2023-01-01, the second not before the first; both days belong to the period. As for compareFrom and compareTo."));

    internal sealed record StepParameters(
        [property: FromQuery] string? From, [property: FromQuery] string? To, [property: FromQuery] string? Jurisdiction, [property: FromQuery] string? Cursor, [property: FromQuery] int? Limit);
}

/// <summary>Days in China, both of them in the period.</summary>
internal sealed record ReportPeriod(LocalDate From, LocalDate To)
{
    private const int FirstYear = 1990;
    private const int LastYear = 2200;

    /// <summary>The current year to this day where neither is given; null where they are no period.</summary>
    public static ReportPeriod? Read(string? from, string? to, LocalDate today)
    {
        if ((from ?? to) is null)
        {
            return new ReportPeriod(new LocalDate(today.Year, 1, 1), today);
        }

        (ParseResult<LocalDate> begin, ParseResult<LocalDate> end) = (LocalDatePattern.Iso.Parse(from ?? string.Empty), LocalDatePattern.Iso.Parse(to ?? string.Empty));
        return begin.Success && end.Success && begin.Value <= end.Value && begin.Value.Year >= FirstYear && end.Value.Year < LastYear
            ? new ReportPeriod(begin.Value, end.Value)
            : null;
    }

    /// <summary>The same days a year before.</summary>
    public ReportPeriod YearBefore => new(From.PlusYears(-1), To.PlusYears(-1));
}
