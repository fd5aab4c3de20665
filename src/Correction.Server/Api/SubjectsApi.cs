using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Subjects;
using Correction.Domain.Tracks;
using Correction.Grains;
using Correction.Server.CaseFiles;
using Correction.Server.Accounts;
using Correction.Server.Api.Hindsight;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using NodaTime;
using NodaTime.Text;

namespace Correction.Server.Api;

/// <summary>Correction subjects: register, find, read as of and as known at.</summary>
internal static class SubjectsApi
{
    private const int LongestPage = 200;
    private const string Route = "/api/v1/subjects";

    public static void MapSubjects(this WebApplication app)
    {
        RouteGroupBuilder subjects = app.MapGroup(Route).WithTags("Subjects").RequireAuthorization(Policies.ReadSubjects);
        subjects.MapPost("/", Register).RequireAuthorization(Policies.DecideAsOfficer);
        subjects.MapGet("/", List);
        RouteGroupBuilder one = subjects.MapGroup("/{id}").AddEndpointFilter(WithinJurisdictionAsync);
        one.MapGet("/", Read);
        one.MapGet("/events", Events);
        one.MapSubjectHindsight();
        one.MapGet("/zones", Zones);
        one.MapGet("/track", Track);
        one.MapTrackExports();
        one.MapSubjectCaseFile();
        one.MapGet("/position", Position);
        one.MapLeaves();
        one.MapSubjectCommands();
        one.MapDeviceCommandsOf();
        app.MapGroup(Route + "/{id}/devices").WithTags("Subjects").RequireAuthorization(Policies.BindDevices)
            .AddEndpointFilter(WithinJurisdictionAsync).MapDeviceCommands();
    }

    /// <summary>Reads a registration; what is wrong stands in the body's errors.</summary>
    public static (RegisterSubject Command, PersonalRecord Person) ReadRegistration(RequestBody body, SubjectId id)
    {
        (PersonalRecord person, LocalDate birthDate) = PersonReading.Read(body);
        if (!Jurisdiction.TryParse(body.Text("jurisdiction", 9), out Jurisdiction jurisdiction))
        {
            body.Fail("jurisdiction", "The nine-digit code of a judicial station.");
        }

        return (
            new RegisterSubject(
                id, person.Reference, birthDate, body.Choice<CorrectionCategory>("category"), jurisdiction,
                new Judgment(body.Text("judgment.court", 100), body.Text("judgment.documentNumber", 100), body.Date("judgment.effectiveOn")),
                new CorrectionTerm(body.Date("term.from"), body.Date("term.to"))),
            person);
    }

    private static async Task<IResult> Register(HttpContext http, CommandEndpoint commands, IGrainFactory grains)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        var id = new SubjectId(Guid.CreateVersion7());
        (RegisterSubject register, PersonalRecord person) = ReadRegistration(body, id);
        if (body.Errors.Count > 0)
        {
            return Problems.Malformed(body.Errors);
        }

        return http.User.Covers(register.Jurisdiction)
            ? await commands.SendAsync(http, body, id.ToString(), [person], envelope => grains.GetGrain<ISubjectGrain>(id.ToString()).Execute(register, envelope), told => $"{Route}/{told}")
            : Problems.OutsideJurisdiction();
    }

    private static async Task<IResult> List(
        HttpContext http, SubjectDirectory directory, string? jurisdiction, string? q, string? state, string? cursor, int? limit, [AsParameters] ViewTimeParameters times)
    {
        if (times.Read(out ViewTime when) is { } problem)
        {
            return problem;
        }

        Jurisdiction within = default;
        if (jurisdiction is not null && !Jurisdiction.TryParse(jurisdiction, out within))
        {
            return Problems.Malformed(("jurisdiction", "A GB/T 2260 code or a station's nine digits."));
        }

        within = jurisdiction is null ? Jurisdiction.Parse(http.User.Actor().Jurisdiction) : within;
        Cursor after = default;
        if (cursor is not null && !Cursor.TryParse(cursor, out after))
        {
            return Problems.Malformed(("cursor", "The next of the page before, unchanged."));
        }

        if (limit is < 1 or > LongestPage)
        {
            return Problems.Malformed(("limit", $"1 to {LongestPage}."));
        }

        if (!http.User.Covers(within))
        {
            return Problems.OutsideJurisdiction();
        }

        var query = new SubjectQuery(within, string.IsNullOrWhiteSpace(q) ? null : q.Trim(), state, cursor is null ? null : after, limit ?? 50) { When = when };
        var (page, persons) = await directory.ListAsync(http.User, query, "api", Purpose(http), http.RequestAborted);
        return TypedResults.Ok(new
        {
            items = page.Items.Select(dossier => SubjectDirectory.Write(
                dossier.Subject, dossier.Version, persons.TryGetValue(dossier.PersonId, out JsonElement person) ? person : null)),
            next = page.Next?.ToString(),
        });
    }

    private static async Task<IResult> Read(HttpContext http, string id, SubjectDirectory directory, [AsParameters] ViewTimeParameters times)
    {
        if (times.Read(out ViewTime when) is { } problem)
        {
            return problem;
        }

        SubjectView? view = await directory.ReadAsync(http.User, Id(id), when, "api", Purpose(http), http.RequestAborted);
        if (view is null)
        {
            return Problems.NotFound();
        }

        http.Response.Headers.ETag = $"\"{view.Version}\"";
        return TypedResults.Ok(SubjectDirectory.Write(view.Subject, view.Version, view.Person));
    }

    private static async Task<IResult> Events(HttpContext http, string id, SubjectDirectory directory, [AsParameters] ViewTimeParameters times) =>
        times.Read(out ViewTime when) ?? TypedResults.Ok((await directory.EventsAsync(http.User, Id(id), when, "api", Purpose(http), http.RequestAborted)).Select(SubjectDirectory.Write));

    private static async Task<IResult> Zones(HttpContext http, string id, SubjectDirectory directory) =>
        await directory.ReadAsync(http.User, Id(id), ViewTime.Now, "api", Purpose(http), http.RequestAborted) is { } view
            ? TypedResults.Ok(view.Subject.Zones.Values.OrderBy(zone => zone.Id.ToString()).Select(ZoneReading.Write))
            : Problems.NotFound();

    private static async Task<IResult> Track(HttpContext http, string id, SubjectDirectory directory, string? from, string? to, double? simplify)
    {
        if (!TryReadTimes(from ?? "1970-01-01T00:00:00Z", to ?? "9990-01-01T00:00:00Z", out Instant? begin, out Instant? end) || simplify is < 0)
        {
            return Problems.Malformed(("from", "Instants in UTC such as 2026-03-01T02:03:04Z, as for to; simplify in metres."));
        }

        var fixes = await directory.TrackAsync(http.User, Id(id), begin!.Value, end!.Value, "api", Purpose(http), http.RequestAborted);
        return TypedResults.Json(TrackGeoJson.Write(TrackSegments.Of(fixes), fixes, simplify), contentType: "application/geo+json");
    }

    private static async Task<IResult> Position(HttpContext http, string id, SubjectDirectory directory, IClock clock) =>
        await directory.PositionAsync(http.User, Id(id), "api", Purpose(http), http.RequestAborted) is { } fix
            ? TypedResults.Ok(new
            {
                lon = fix.Position.Longitude,
                lat = fix.Position.Latitude,
                fix.Accuracy,
                at = fix.OccurredAt,
                ageSeconds = Math.Round((clock.GetCurrentInstant() - fix.OccurredAt).TotalSeconds),
                fix.Source,
                fix.Battery,
            })
            : Problems.NotFound();

    /// <summary>What lies outside the reader's jurisdiction is not there.</summary>
    private static async ValueTask<object?> WithinJurisdictionAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        return SubjectId.TryParse(http.GetRouteValue("id") as string, out SubjectId id)
            && await http.RequestServices.GetRequiredService<JurisdictionReader>().FindAsync(StreamKeys.Subject(id), http.RequestAborted) is { } whose
                ? http.User.Covers(whose) ? await next(context) : Problems.Outside(http.Request)
                : Problems.NotFound();
    }

    public static SubjectId Id(string id) => SubjectId.TryParse(id, out SubjectId parsed) ? parsed : throw new FormatException("Not a subject id.");

    public static string? Purpose(HttpContext http) => http.Request.Headers["X-Purpose"].ToString() is { Length: > 0 } purpose ? purpose[..Math.Min(purpose.Length, 200)] : null;

    private static bool TryReadTimes(string? first, string? second, out Instant? one, out Instant? two)
    {
        bool valid = TryReadTime(first, out one);
        return TryReadTime(second, out two) && valid;
    }

    /// <summary>The same for a field of a request; what is wrong is added to the errors.</summary>
    public static Instant? ReadTime(string field, string? text, List<(string Field, string Message)> errors)
    {
        if (!TryReadTime(text, out Instant? instant))
        {
            errors.Add((field, "An instant in UTC such as 2026-03-01T02:03:04Z."));
        }

        return instant;
    }

    /// <summary>An instant with its offset; true and null where none is given.</summary>
    public static bool TryReadTime(string? text, out Instant? instant)
    {
        ParseResult<OffsetDateTime> parsed = OffsetDateTimePattern.ExtendedIso.Parse(text ?? string.Empty);
        instant = parsed.Success ? parsed.Value.ToInstant() : null;
        return text is null || parsed.Success;
    }
}
