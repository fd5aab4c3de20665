using Correction.Projections;
using NodaTime;

namespace Correction.Server.Api.OpenApi;

// Registers of work and the report on it: bodies and answers as the OpenAPI document shows them.

/// <param name="Source">The register or system that the records are taken from; no person's name.</param>
/// <param name="Records">At most 500.</param>
internal sealed record WorkRecordsBody(string Source, WorkRecordShape[] Records);

/// <param name="Jurisdiction">The register's county where it is absent.</param>
/// <param name="Dispute">Of <c>mediation</c>.</param>
/// <param name="Issuer">Of <c>normativeDocument</c>: <c>government</c> or <c>department</c>.</param>
/// <param name="Matter">Of <c>legalAid</c>: <c>civil</c>, <c>criminal</c> or <c>administrative</c>.</param>
/// <param name="Visitors">Of <c>remoteVisit</c>.</param>
/// <param name="HeldOn">Of <c>remoteVisit</c>.</param>
/// <param name="ReceivedOn">Of <c>reconsideration</c>.</param>
/// <param name="AcceptedOn">Of <c>mediation</c>, <c>reconsideration</c>, <c>legalAid</c>.</param>
/// <param name="NotAcceptedOn">Of <c>reconsideration</c>.</param>
/// <param name="ConcludedOn">Of <c>mediation</c>, <c>reconsideration</c>, <c>legalAid</c>.</param>
/// <param name="ReviewedOn">Of <c>normativeDocument</c>.</param>
/// <param name="FiledOn">Of <c>normativeDocument</c>.</param>
/// <param name="Outcome">Of <c>mediation</c> and <c>reconsideration</c>, with <c>concludedOn</c>.</param>
internal sealed record WorkRecordShape(
    string Number, string? Jurisdiction, string? Dispute, string? Issuer, string? Matter, int? Visitors, LocalDate? HeldOn, LocalDate? ReceivedOn, LocalDate? AcceptedOn,
    LocalDate? NotAcceptedOn, LocalDate? ConcludedOn, LocalDate? ReviewedOn, LocalDate? FiledOn, string? Outcome);

/// <param name="From">First day, in China.</param>
/// <param name="To">Last day.</param>
/// <param name="CompareFrom">First day of the other period, where one was asked for.</param>
internal sealed record WorkReportShape(
    string Jurisdiction, LocalDate From, LocalDate To, LocalDate? CompareFrom, LocalDate? CompareTo, WorkFigureShape[] Figures, WorkShareShape[] Shares);

/// <param name="Compared">In the other period.</param>
internal sealed record WorkFigureShape(WorkMeasure Measure, long Value, long? Compared);

/// <param name="Percent">One decimal, rounded half away from zero; null where the whole is 0.</param>
/// <param name="Compared">In the other period.</param>
internal sealed record WorkShareShape(string Share, WorkMeasure Part, WorkMeasure Whole, decimal? Percent, decimal? Compared);

internal sealed record CountedPage(CountedShape[] Items, string? Next);

/// <param name="Amount">What the event adds to the count.</param>
/// <param name="Source">The register or system that a record was taken from.</param>
internal sealed record CountedShape(
    string Stream, string? Number, string Jurisdiction, long Amount, long Sequence, string Type, Instant OccurredAt, Instant RecordedAt, string Account, string? Source);
