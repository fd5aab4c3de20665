using System.Collections.Immutable;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Visits;
using Correction.Grains.Visits;
using Correction.Server.Accounts;
using Correction.Server.Api.Hindsight;
using Correction.Server.CaseFiles;
using Correction.Server.Messages;
using Correction.Server.Visits;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Server.Api.Visits;

/// <summary>Visits: apply, find, read as of and as known at.</summary>
internal static class VisitsApi
{
    private const int LongestPage = 200;
    private const int MostVisitors = 20;
    private const string Route = "/api/v1/visits";

    public static void MapVisits(this WebApplication app)
    {
        RouteGroupBuilder visits = app.MapGroup(Route).WithTags("Visits").RequireAuthorization(Policies.ReadVisits);
        visits.MapPost("/", Apply).RequireAuthorization(Policies.ApplyForVisits);
        visits.MapGet("/", List);
        visits.MapVisitStatistics();
        RouteGroupBuilder one = visits.MapGroup("/{id}").AddEndpointFilter((context, next) => VisitAccess.PartiesOnlyAsync(context, next, FindAsync, VisitAccess.IsPartyTo));
        one.MapGet("/", Read);
        one.MapGet("/events", Events);
        one.MapMessagesAbout(id => StreamKeys.Visit(Id(id)));
        one.MapVisitHindsight();
        one.MapGet("/calendar", Calendar);
        one.MapVisitCaseFile();
        one.MapVisitCommands();
    }

    public static VisitId Id(string id) => VisitId.TryParse(id, out VisitId parsed) ? parsed : throw new FormatException("Not a visit id.");

    private static Task<Visit?> FindAsync(IGrainFactory grains, string id) =>
        VisitId.TryParse(id, out VisitId visit) ? grains.Visit(visit).Read() : Task.FromResult<Visit?>(null);

    private static async Task<IResult> Apply(HttpContext http, CommandEndpoint commands, VisitDesk desk, IGrainFactory grains)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        if (!SlotId.TryParse(body.Text("slotId", 60), out SlotId slot))
        {
            body.Fail("slotId", "The slotId of a visit slot.");
        }

        string number = body.Text("prisonerNumber", 32);
        ImmutableArray<RelativeId> visitors = Visitors(body);
        VisitChannel place = body.Choice<VisitChannel>("place");
        if (body.Errors.Count > 0)
        {
            return Problems.Malformed(body.Errors);
        }

        ImmutableArray<Relative> relatives = await http.User.OwnRelativesAsync(grains, visitors);
        if (!PrisonerKey.IsNumber(number) || relatives.IsEmpty)
        {
            return Problems.Malformed(("visitors", "Ids of relatives who applied, by yourself or at your office."));
        }

        var request = new VisitRequest(new VisitId(CommandEndpoint.NewId(http)), slot, number, visitors, place, relatives[0].Jurisdiction);
        return await commands.SendAsync(
            http, body, request.VisitId.ToString(), [], envelope => desk.BookAsync(request, envelope with { ExpectedVersion = null }), told => $"{Route}/{told}");
    }

    private static ImmutableArray<RelativeId> Visitors(RequestBody body)
    {
        JsonElement list = body.At("visitors");
        ImmutableArray<RelativeId> visitors = list.ValueKind == JsonValueKind.Array
            ?
            [
                .. list.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String && RelativeId.TryParse(item.GetString(), out RelativeId id) ? id : default)
                    .Where(id => id != default).Distinct(),
            ]
            : [];
        if (visitors.Length is 0 or > MostVisitors || list.GetArrayLength() != visitors.Length)
        {
            body.Fail("visitors", "Ids of relatives, each once.");
        }

        return visitors;
    }

    private static async Task<IResult> List(HttpContext http, VisitDirectory directory, string? state, string? from, string? to, string? cursor, int? limit, [AsParameters] ViewTimeParameters times)
    {
        if (times.Read(out ViewTime when) is { } problem)
        {
            return problem;
        }

        VisitStage stage = default;
        if (state is not null && !WireNames<VisitStage>.TryParse(state, out stage))
        {
            return Problems.Malformed(("state", $"One of: {string.Join(", ", WireNames<VisitStage>.All)}."));
        }

        if (!SubjectsApi.TryReadTime(from, out Instant? begin) | !SubjectsApi.TryReadTime(to, out Instant? end))
        {
            return Problems.Malformed(("from", "An instant in UTC such as 2026-03-01T02:03:04Z, as for to."));
        }

        Cursor after = default;
        if ((cursor is not null && !Cursor.TryParse(cursor, out after)) || limit is < 1 or > LongestPage)
        {
            return Problems.Malformed(("cursor", $"The next of the page before, unchanged; limit 1 to {LongestPage}."));
        }

        var query = new VisitQuery(http.User.Scope(), state is null ? null : stage, begin, end, cursor is null ? null : after, limit ?? 50) { When = when };
        (Page<Projections.VisitEntry> page, VisitPeople people) = await directory.ListAsync(http.User, query, "api", SubjectsApi.Purpose(http), http.RequestAborted);
        return TypedResults.Ok(new { items = page.Items.Select(entry => VisitJson.Write(entry.Visit, entry.Version, people)), next = page.Next?.ToString() });
    }

    private static async Task<IResult> Read(HttpContext http, string id, VisitDirectory directory, [AsParameters] ViewTimeParameters times)
    {
        if (times.Read(out ViewTime when) is { } problem)
        {
            return problem;
        }

        if (await directory.ReadAsync(http.User, Id(id), when, "api", SubjectsApi.Purpose(http), http.RequestAborted) is not var (visit, version, people))
        {
            return Problems.NotFound();
        }

        http.Response.Headers.ETag = $"\"{version}\"";
        return TypedResults.Ok(VisitJson.Write(visit, version, people));
    }

    /// <summary>Names nobody: a look at it is none at a person's data.</summary>
    private static async Task<IResult> Calendar(HttpContext http, string id, VisitDirectory directory, IClock clock)
    {
        var stream = await directory.StreamAsync(StreamKeys.Visit(Id(id)), ViewTime.Now, http.RequestAborted);
        var visit = (Visit)stream.Aggregate(VisitState.Initial, (state, next) => VisitDecider.Evolve(state, (IVisitEvent)next.Data, next.OccurredAt));
        string text = VisitPapers.Calendar(visit, stream[^1].Version, new Uri($"{http.Request.Scheme}://{http.Request.Host}/visits/{visit.Id}"), clock.GetCurrentInstant());
        return TypedResults.File(System.Text.Encoding.UTF8.GetBytes(text), VisitPapers.CalendarType, "visit.ics");
    }

    private static async Task<IResult> Events(HttpContext http, string id, VisitDirectory directory, [AsParameters] ViewTimeParameters times) =>
        times.Read(out ViewTime when) ?? TypedResults.Ok((await directory.StreamAsync(StreamKeys.Visit(Id(id)), when, http.RequestAborted)).Select(SubjectDirectory.Write));
}
