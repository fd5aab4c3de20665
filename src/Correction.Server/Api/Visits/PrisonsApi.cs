using System.Collections.Immutable;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Law;
using Correction.Domain.Time;
using Correction.Domain.Visits;
using Correction.Grains;
using Correction.Grains.Visits;
using Correction.Server.Accounts;
using Correction.Store.Journaling;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Correction.Server.Api.Visits;

/// <summary>Prisons: their policies, their prisoners' levels, restrictions and visits, what they block.</summary>
internal static class PrisonsApi
{
    private const string Route = "/api/v1/prisons";

    public static void MapPrisons(this WebApplication app)
    {
        RouteGroupBuilder prisons = app.MapGroup(Route).WithTags("Prisons").RequireAuthorization();
        prisons.MapPost("/", Register).RequireAuthorization(Policies.Administer);
        prisons.MapGet("/{prison}", Read).RequireAuthorization(Policies.ReadVisits);
        RouteGroupBuilder own = prisons.MapGroup("/{prison}").RequireAuthorization(Policies.DecideAsPrison).AddEndpointFilter(OwnPrisonAsync);
        own.MapPost("/policies", AdoptPolicy);
        own.MapPost("/blocks", BlockDay);
        own.MapPost("/blocks/{blockId}/lift", LiftBlock);
        own.MapPost("/prisoners", Receive);
        own.MapGet("/prisoners/{number}", ReadPrisoner);
        own.MapGet("/prisoners/{number}/credits", Credits);
        own.MapPost("/prisoners/{number}/grade", Grade);
        own.MapPost("/prisoners/{number}/restrict", Restrict);
        own.MapPost("/prisoners/{number}/lift-restrictions", LiftRestrictions);
        own.MapPost("/prisoners/{number}/discharge", Discharge);
        own.MapPost("/prisoners/{number}/credits", GrantCredits);
    }

    private static ValueTask<object?> OwnPrisonAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        return Jurisdiction.TryParse(http.GetRouteValue("prison") as string, out Jurisdiction prison) && http.User.Covers(prison)
            && (http.GetRouteValue("number") is not string number || PrisonerKey.IsNumber(number))
                ? next(context)
                : ValueTask.FromResult<object?>(Problems.Outside(http.Request));
    }

    private static async Task<IResult> Register(HttpContext http, CommandEndpoint commands, IGrainFactory grains)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        if (!Jurisdiction.TryParse(body.Text("code", 9), out Jurisdiction prison))
        {
            body.Fail("code", "A prison's code, such as 4301P1.");
        }

        var register = new RegisterPrison(body.Text("name", 100));
        return body.Errors.Count > 0
            ? Problems.Malformed(body.Errors)
            : await commands.SendAsync(http, body, prison.Code, [], envelope => grains.Prison(prison).Execute(register, envelope), told => $"{Route}/{told}");
    }

    private static async Task<IResult> Read(string prison, IGrainFactory grains) =>
        Jurisdiction.TryParse(prison, out Jurisdiction code) && await grains.Prison(code).Read() is { IsRegistered: true } state
            ? TypedResults.Ok(new { code = prison, state.Name, policies = state.Policies.Select(known => new { known.Revision, known.Policy }) })
            : Problems.NotFound();

    private static async Task<IResult> AdoptPolicy(HttpContext http, string prison, CommandEndpoint commands, IGrainFactory grains, IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions> json)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        VisitPolicy policy = VisitPolicyReading.Read(body, json.Value.SerializerOptions);
        return await SendAsync(http, prison, body, commands, envelope => grains.Prison(Jurisdiction.Parse(prison)).Execute(new AdoptVisitPolicy(policy), envelope));
    }

    private static async Task<IResult> BlockDay(HttpContext http, string prison, CommandEndpoint commands, IGrainFactory grains)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        LocalDate date = body.Date("date");
        JsonElement list = body.At("slots");
        ImmutableArray<SlotId> slots = list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(item => SlotId.TryParse(item.ToString(), out SlotId slot) ? slot : default)]
            : [];
        if (slots.Any(slot => slot == default || slot.Date != date))
        {
            body.Fail("slots", "Slot ids of that date; absent for the whole day.");
        }

        var block = new BlockSlots(new BlockId(CommandEndpoint.NewId(http)), slots, body.Choice<BlockReason>("reason"));
        return await SendAsync(http, block.BlockId.ToString(), body, commands, envelope => grains.DayOf(Jurisdiction.Parse(prison), date).Execute(block, envelope));
    }

    private static async Task<IResult> LiftBlock(HttpContext http, string prison, string blockId, CommandEndpoint commands, IGrainFactory grains)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        LocalDate date = body.Date("date");
        return BlockId.TryParse(blockId, out BlockId block)
            ? await SendAsync(http, blockId, body, commands, envelope => grains.DayOf(Jurisdiction.Parse(prison), date).Execute(new UnblockSlots(block), envelope))
            : Problems.NotFound();
    }

    private static async Task<IResult> Receive(HttpContext http, string prison, CommandEndpoint commands, IGrainFactory grains, IClock clock)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        (string number, ReceivePrisoner receive, PersonalRecord person) = ReadReception(body, clock);
        return body.Errors.Count > 0
            ? Problems.Malformed(body.Errors)
            : await commands.SendAsync(
                http, body, number, [person], envelope => grains.Prisoner(Key(prison, number)).Execute(receive, envelope), _ => $"{Route}/{prison}/prisoners/{number}");
    }

    /// <summary>A reception for API and pages alike; what is wrong stands in the body's errors.</summary>
    public static (string Number, ReceivePrisoner Receive, PersonalRecord Person) ReadReception(RequestBody body, IClock clock)
    {
        string number = body.Text("number", 32);
        if (number.Length > 0 && !PrisonerKey.IsNumber(number))
        {
            body.Fail("number", "At most 32 letters, digits and hyphens.");
        }

        (PersonalRecord person, LocalDate birthDate) = PersonReading.Read(body);
        LocalDate today = ChinaTime.DateOf(clock.GetCurrentInstant());
        return (number, new ReceivePrisoner(person.Reference, ReadLevel(body), LawBook.IsMinor(birthDate, today, lawOn: today)), person);
    }

    private static async Task<IResult> ReadPrisoner(HttpContext http, string prison, string number, VisitDirectory directory) =>
        await directory.ReadPrisonerAsync(http.User, Key(prison, number), "api", SubjectsApi.Purpose(http), http.RequestAborted) is var (prisoner, person)
            ? TypedResults.Ok(new { prison, number, person, prisoner.Level, prisoner.Minor, prisoner.Restrictions, prisoner.Discharged })
            : Problems.NotFound();

    private static async Task<IResult> Credits(string prison, string number, IGrainFactory grains) => TypedResults.Ok(new
    {
        accounts = (await grains.Credits(Key(prison, number)).Read()).Accounts
            .Select(account => new { account.Month, account.Pool, account.Granted, used = account.Uses.Length, account.Refunded, account.Expired, account.Balance }),
    });

    private static Task<IResult> Grade(HttpContext http, string prison, string number, CommandEndpoint commands, IGrainFactory grains) =>
        SendAsync(http, prison, number, commands, grains, body => new GradePrisoner(ReadLevel(body)));

    private static Task<IResult> Restrict(HttpContext http, string prison, string number, CommandEndpoint commands, IGrainFactory grains) =>
        SendAsync(http, prison, number, commands, grains, body => new RestrictPrisonerVisits(RelativesApi.ReadRestriction(body)));

    private static Task<IResult> LiftRestrictions(HttpContext http, string prison, string number, CommandEndpoint commands, IGrainFactory grains) =>
        SendAsync(http, prison, number, commands, grains, _ => new LiftPrisonerRestrictions());

    private static Task<IResult> Discharge(HttpContext http, string prison, string number, CommandEndpoint commands, IGrainFactory grains) =>
        SendAsync(http, prison, number, commands, grains, _ => new DischargePrisoner());

    private static async Task<IResult> GrantCredits(HttpContext http, string prison, string number, CommandEndpoint commands, IGrainFactory grains)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        GrantVisitCredits grant = ReadGrant(body, CommandEndpoint.NewId(http));
        return await SendAsync(http, number, body, commands, envelope => grains.Credits(Key(prison, number)).Execute(grant, envelope));
    }

    /// <summary>More visits than the policy gives, for API and pages alike.</summary>
    public static GrantVisitCredits ReadGrant(RequestBody body, Guid id) =>
        new(id, body.Date("month"), body.Text("pool", 20), body.WholeNumber("count", 1, 1, 31), body.Choice<CreditGround>("ground"));

    private static PrisonerKey Key(string prison, string number) => new(Jurisdiction.Parse(prison), number);

    /// <summary>Level of treatment, as the prison's policy names it.</summary>
    public static string ReadLevel(RequestBody body) => body.Text("level", 20);

    private static async Task<IResult> SendAsync(HttpContext http, string prison, string number, CommandEndpoint commands, IGrainFactory grains, Func<RequestBody, PrisonerCommand> read)
    {
        RequestBody body = await RequestBody.ReadOptionalAsync(http.Request);
        PrisonerCommand command = read(body);
        return await SendAsync(http, number, body, commands, envelope => grains.Prisoner(Key(prison, number)).Execute(command, envelope));
    }

    private static async Task<IResult> SendAsync(HttpContext http, string id, RequestBody body, CommandEndpoint commands, Func<CommandEnvelope, Task<CommandOutcome>> send) =>
        body.Errors.Count > 0 ? Problems.Malformed(body.Errors) : await commands.SendAsync(http, body, id, [], send);
}
