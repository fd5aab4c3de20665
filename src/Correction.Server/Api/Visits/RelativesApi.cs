using System.Security.Claims;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Visits;
using Correction.Grains.Visits;
using Correction.Server.Accounts;
using Correction.Server.Messages;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Server.Api.Visits;

/// <summary>Relatives: apply with papers, be verified or refused, be banned for a time.</summary>
internal static class RelativesApi
{
    private const int LongestPage = 200;
    /// <summary>Bytes.</summary>
    public const int LargestPaper = 5 * 1024 * 1024;
    public const int LongestNote = 1000;
    private const string Route = "/api/v1/relatives";

    public static readonly string[] MediaTypes = ["image/jpeg", "image/png", "application/pdf"];

    public static void MapRelatives(this WebApplication app)
    {
        RouteGroupBuilder relatives = app.MapGroup(Route).WithTags("Visits").RequireAuthorization(Policies.ReadVisits);
        relatives.MapPost("/", Apply).RequireAuthorization(Policies.ApplyForVisits);
        relatives.MapGet("/", List);
        RouteGroupBuilder one = relatives.MapGroup("/{id}").AddEndpointFilter((context, next) => VisitAccess.PartiesOnlyAsync(context, next, FindAsync, VisitAccess.IsPartyTo));
        one.MapGet("/", Read);
        one.MapGet("/events", Events);
        one.MapMessagesAbout(id => StreamKeys.Relative(Id(id)));
        one.MapGet("/papers/{number:int}", Paper);
        one.MapPost("/papers", AddPaper).RequireAuthorization(Policies.ApplyForVisits);
        one.MapPost("/verify", Verify).RequireAuthorization(Policies.DecideAsOfficer);
        one.MapPost("/refuse", Refuse).RequireAuthorization(Policies.DecideAsOfficer);
        one.MapPost("/ban", Ban).RequireAuthorization(Policies.DecideAsPrison);
        one.MapPost("/lift-bans", LiftBans).RequireAuthorization(Policies.DecideAsPrison);
    }

    private static Task<Relative?> FindAsync(IGrainFactory grains, string id) =>
        RelativeId.TryParse(id, out RelativeId relative) ? grains.Relative(relative).Read() : Task.FromResult<Relative?>(null);

    private static async Task<IResult> Apply(HttpContext http, CommandEndpoint commands, IGrainFactory grains)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        (ApplyAsRelative apply, PersonalRecord person) = await ReadApplicationAsync(http.User, body, new RelativeId(CommandEndpoint.NewId(http)), grains);
        string id = apply.RelativeId.ToString();
        return body.Errors.Count > 0
            ? Problems.Malformed(body.Errors)
            : await commands.SendAsync(http, body, id, [person], envelope => grains.Relative(apply.RelativeId).Execute(apply, envelope), told => $"{Route}/{told}");
    }

    /// <summary>An application for API and pages alike; what is wrong stands in the body's errors.</summary>
    public static async Task<(ApplyAsRelative Apply, PersonalRecord Person)> ReadApplicationAsync(ClaimsPrincipal applicant, RequestBody body, RelativeId id, IGrainFactory grains)
    {
        Actor actor = applicant.Actor();
        (PersonalRecord person, LocalDate birthDate) = PersonReading.Read(body, writtenTo: true);
        string office = body.OptionalText("office", 9) ?? actor.Jurisdiction;
        if (!Jurisdiction.TryParse(office, out Jurisdiction jurisdiction) || !applicant.Serves(jurisdiction))
        {
            body.Fail("office", "The code of the judicial office of your county that checks the papers.");
        }

        PrisonerKey prisoner = ReadPrisoner(body, "prisonerNumber");
        RelativeId? guardian = null;
        if (body.OptionalText("guardian", 32) is { } named)
        {
            guardian = RelativeId.TryParse(named, out RelativeId known) && await grains.Relative(known).Read() is { Minor: false } other && other.Prisoner == prisoner && applicant.IsPartyTo(other)
                ? known
                : null;
            if (guardian is null)
            {
                body.Fail("guardian", "The id of the guardian's own application for the same prisoner; a guardian is of age.");
            }
        }

        var apply = new ApplyAsRelative(
            id, prisoner, body.Choice<Relationship>("relationship"), person.Reference, birthDate,
            actor.Role == Role.Family ? actor.Account : body.OptionalText("account", 40), jurisdiction, guardian);
        return (apply, person);
    }

    /// <summary>A prison's code and a number of its prisoners.</summary>
    public static PrisonerKey ReadPrisoner(RequestBody body, string field)
    {
        if (!Jurisdiction.TryParse(body.Text("prison", 9), out Jurisdiction prison))
        {
            body.Fail("prison", "A prison's code, such as 4301P1.");
        }

        string number = body.Text(field, 32);
        if (number.Length > 0 && !PrisonerKey.IsNumber(number))
        {
            body.Fail(field, "At most 32 letters, digits and hyphens.");
        }

        return new PrisonerKey(prison, number);
    }

    private static async Task<IResult> List(HttpContext http, VisitDirectory directory, string? state, string? prisonerNumber, string? cursor, int? limit)
    {
        RelativeStage stage = default;
        if (state is not null && !WireNames<RelativeStage>.TryParse(state, out stage))
        {
            return Problems.Malformed(("state", $"One of: {string.Join(", ", WireNames<RelativeStage>.All)}."));
        }

        Cursor after = default;
        if ((cursor is not null && !Cursor.TryParse(cursor, out after)) || limit is < 1 or > LongestPage)
        {
            return Problems.Malformed(("cursor", $"The next of the page before, unchanged; limit 1 to {LongestPage}."));
        }

        (Page<Projections.RelativeEntry> page, VisitPeople people) = await directory.ListRelativesAsync(
            http.User, state is null ? null : stage, prisonerNumber, cursor is null ? null : after, limit ?? 50, "api", SubjectsApi.Purpose(http), http.RequestAborted);
        return TypedResults.Ok(new { items = page.Items.Select(entry => VisitJson.Write(entry.Relative, entry.Version, people, null)), next = page.Next?.ToString() });
    }

    private static async Task<IResult> Read(HttpContext http, string id, VisitDirectory directory)
    {
        if (await directory.ReadRelativeAsync(http.User, Id(id), "api", SubjectsApi.Purpose(http), http.RequestAborted) is not var (relative, version, people, note))
        {
            return Problems.NotFound();
        }

        http.Response.Headers.ETag = $"\"{version}\"";
        return TypedResults.Ok(VisitJson.Write(relative, version, people, note));
    }

    private static async Task<IResult> Events(HttpContext http, string id, VisitDirectory directory) =>
        TypedResults.Ok((await directory.StreamAsync(StreamKeys.Relative(Id(id)), ViewTime.Now, http.RequestAborted)).Select(SubjectDirectory.Write));

    private static async Task<IResult> Paper(HttpContext http, string id, int number, VisitDirectory directory, IGrainFactory grains) =>
        await grains.Relative(Id(id)).Read() is { } relative && number >= 0 && number < relative.Papers.Length
        && await directory.PaperAsync(http.User, relative, number, SubjectsApi.Purpose(http), http.RequestAborted) is var (mediaType, content)
            ? TypedResults.File(content, mediaType)
            : Problems.NotFound();

    private static async Task<IResult> AddPaper(HttpContext http, string id, CommandEndpoint commands, IGrainFactory grains)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        (AddKinshipPaper add, PersonalRecord paper) = ReadPaper(body);
        return await SendAsync(http, id, body, commands, grains, add, paper);
    }

    /// <summary>A paper for API and pages alike; what is wrong stands in the body's errors.</summary>
    public static (AddKinshipPaper Add, PersonalRecord Paper) ReadPaper(RequestBody body)
    {
        string mediaType = body.Text("mediaType", 40);
        if (mediaType.Length > 0 && !MediaTypes.Contains(mediaType))
        {
            body.Fail("mediaType", $"One of: {string.Join(", ", MediaTypes)}.");
        }

        JsonElement content = body.At("content");
        if (content.ValueKind != JsonValueKind.String || !content.TryGetBytesFromBase64(out byte[]? bytes) || bytes.Length is 0 or > LargestPaper)
        {
            body.Fail("content", $"The file in base64, at most {LargestPaper / 1024 / 1024} MB.");
            bytes = [];
        }

        PersonalRecord paper = CommandEndpoint.Personal("paper", new { mediaType, content = bytes });
        return (new AddKinshipPaper(body.Choice<PaperKind>("kind"), paper.Reference), paper);
    }

    private static async Task<IResult> Verify(HttpContext http, string id, CommandEndpoint commands, VisitDesk desk) =>
        await commands.SendAsync(http, await RequestBody.ReadOptionalAsync(http.Request), id, [], envelope => desk.VerifyAsync(Id(id), envelope));

    private static async Task<IResult> Refuse(HttpContext http, string id, CommandEndpoint commands, IGrainFactory grains)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        (RefuseRelative refuse, PersonalRecord? note) = ReadRefusal(body);
        return await SendAsync(http, id, body, commands, grains, refuse, note);
    }

    /// <summary>Why the office refuses, for API and pages alike; what is wrong stands in the body's errors.</summary>
    public static (RefuseRelative Refuse, PersonalRecord? Note) ReadRefusal(RequestBody body)
    {
        PersonalRecord? note = ReadNote(body);
        return (new RefuseRelative(body.Choice<KinshipRefusal>("reason"), note?.Reference), note);
    }

    /// <summary>What a family is told beside a reason.</summary>
    public static PersonalRecord? ReadNote(RequestBody body) =>
        body.OptionalText("note", LongestNote) is { } text ? CommandEndpoint.Personal("note", new { text }) : null;

    private static async Task<IResult> Ban(HttpContext http, string id, CommandEndpoint commands, IGrainFactory grains)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        return await SendAsync(http, id, body, commands, grains, new BanRelative(ReadRestriction(body)));
    }

    private static async Task<IResult> LiftBans(HttpContext http, string id, CommandEndpoint commands, IGrainFactory grains) =>
        await SendAsync(http, id, await RequestBody.ReadOptionalAsync(http.Request), commands, grains, new LiftRelativeBans());

    public static VisitRestriction ReadRestriction(RequestBody body) =>
        new(body.Choice<RestrictionReason>("reason"), body.Date("from"), body.At("to").ValueKind == JsonValueKind.Undefined ? null : body.Date("to"));

    private static async Task<IResult> SendAsync(
        HttpContext http, string id, RequestBody body, CommandEndpoint commands, IGrainFactory grains, RelativeCommand command, PersonalRecord? personal = null) =>
        body.Errors.Count > 0
            ? Problems.Malformed(body.Errors)
            : await commands.SendAsync(http, body, id, personal is null ? [] : [personal], envelope => grains.Relative(Id(id)).Execute(command, envelope));

    private static RelativeId Id(string id) => RelativeId.TryParse(id, out RelativeId parsed) ? parsed : throw new FormatException("Not a relative's id.");
}
