using Correction.Domain;
using Correction.Domain.ZoneSets;
using Correction.Grains;
using Correction.Server.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Correction.Server.Api;

/// <summary>Shared zones of a county or a station: whom they concern is judged by them as by the own ones.</summary>
internal static class SharedZonesApi
{
    public static void MapSharedZones(this WebApplication app)
    {
        RouteGroupBuilder zones = app.MapGroup("/api/v1/zones").WithTags("Zones").RequireAuthorization(Policies.ReadSubjects);
        zones.MapGet("/", List);
        zones.MapPost("/", Lay).RequireAuthorization(Policies.DecideAsOfficer);
        zones.MapPost("/{zoneId}/lift", Lift).RequireAuthorization(Policies.DecideAsOfficer);
    }

    /// <summary>Those that concern the jurisdiction or a part of it, oldest first; the own jurisdiction's where none is named.</summary>
    private static async Task<IResult> List(HttpContext http, SharedZoneDirectory directory, string? jurisdiction) =>
        !TryRead(http, jurisdiction, out Jurisdiction asked) ? NotACounty()
        : !http.User.Covers(asked) ? Problems.OutsideJurisdiction()
        : TypedResults.Ok((await directory.ReadAsync(asked)).Touching(asked).Select(ZoneReading.Write));

    private static async Task<IResult> Lay(HttpContext http, CommandEndpoint commands, IGrainFactory grains)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        if (!TryRead(http, body.OptionalText("jurisdiction", 9), out Jurisdiction jurisdiction))
        {
            body.Fail("jurisdiction", "The six digits of a county or the nine of a station.");
        }

        var lay = new LaySharedZone(jurisdiction, ZoneReading.Read(body));
        return body.Errors.Count > 0 ? Problems.Malformed(body.Errors)
            : !http.User.Covers(jurisdiction) ? Problems.OutsideJurisdiction()
            : await SendAsync(http, body, jurisdiction, commands, grains, lay);
    }

    private static async Task<IResult> Lift(HttpContext http, string zoneId, CommandEndpoint commands, IGrainFactory grains, string? jurisdiction) =>
        !ZoneId.TryParse(zoneId, out ZoneId zone) ? Problems.NotFound()
        : !TryRead(http, jurisdiction, out Jurisdiction asked) ? NotACounty()
        : !http.User.Covers(asked) ? Problems.OutsideJurisdiction()
        : await SendAsync(http, await RequestBody.ReadOptionalAsync(http.Request), asked, commands, grains, new LiftSharedZone(zone));

    private static Task<IResult> SendAsync(HttpContext http, RequestBody body, Jurisdiction jurisdiction, CommandEndpoint commands, IGrainFactory grains, ZoneSetCommand command)
    {
        string county = jurisdiction.County!.Value.Code;
        return commands.SendAsync(http, body, county, [], envelope => grains.GetGrain<IZoneSetGrain>(county).Execute(command, envelope));
    }

    private static bool TryRead(HttpContext http, string? text, out Jurisdiction jurisdiction) =>
        Jurisdiction.TryParse(text ?? http.User.Actor().Jurisdiction, out jurisdiction) && jurisdiction.IsCountyOrBelow;

    private static ProblemHttpResult NotACounty() => Problems.Malformed(("jurisdiction", "The six digits of a county or the nine of a station."));
}
