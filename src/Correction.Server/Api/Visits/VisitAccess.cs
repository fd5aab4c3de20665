using System.Collections.Immutable;
using System.Security.Claims;
using Correction.Domain;
using Correction.Domain.Visits;
using Correction.Grains.Visits;
using Correction.Server.Accounts;
using Correction.Store.Reading;

namespace Correction.Server.Api.Visits;

/// <summary>
/// Who is party to a visit or a relative's application: a family to its own, a prison to its prisoners', an office to what
/// it hosts. Of all else nobody is told that it is there.
/// </summary>
internal static class VisitAccess
{
    public static VisitScope Scope(this ClaimsPrincipal reader) => reader.Actor() switch
    {
        { Role: Role.Family } family => new VisitScope(family.Account, null, null),
        { Role: Role.Prison } prison => new VisitScope(null, prison.Jurisdiction, null),
        var office => new VisitScope(null, null, office.Jurisdiction),
    };

    /// <summary>Keys of the streams of the persons whom a visit brings together.</summary>
    public static IEnumerable<string> Persons(this Visit visit) => [StreamKeys.Prisoner(visit.Prisoner), .. visit.Visitors.Select(visitor => StreamKeys.Relative(visitor.RelativeId))];

    public static bool IsPartyTo(this ClaimsPrincipal reader, Visit visit) => reader.Actor() switch
    {
        { Role: Role.Family } family => visit.Account == family.Account || visit.Visitors.Any(visitor => visitor.Account == family.Account),
        { Role: Role.Prison } => reader.Covers(visit.Prisoner.Prison),
        _ => reader.Serves(visit.Jurisdiction),
    };

    public static bool IsPartyTo(this ClaimsPrincipal reader, Relative relative) => reader.Actor() switch
    {
        { Role: Role.Family } family => relative.Account == family.Account,
        { Role: Role.Prison } => reader.Covers(relative.Prisoner.Prison),
        _ => reader.Serves(relative.Jurisdiction),
    };

    /// <summary>A family learns who the prisoner is, and that there is one, through a relative of its own whom the office has verified.</summary>
    public static bool MayKnowPrisonerOf(this ClaimsPrincipal reader, Relative relative) =>
        reader.Actor() is not { Role: Role.Family } family || (relative.Account == family.Account && relative.Stage == RelativeStage.Verified);

    /// <summary>The relatives of these ids; empty where one of them never applied, or is not the reader's to bring.</summary>
    public static async Task<ImmutableArray<Relative>> OwnRelativesAsync(this ClaimsPrincipal reader, IGrainFactory grains, IEnumerable<RelativeId> ids)
    {
        Relative?[] found = await Task.WhenAll(ids.Select(id => grains.Relative(id).Read()));
        return found.Any(relative => relative is null || !reader.IsPartyTo(relative)) ? [] : [.. found.OfType<Relative>()];
    }

    /// <summary>What is applied for at a county, its stations serve too (Community Correction Law Art. 9: by delegation).</summary>
    public static bool Serves(this ClaimsPrincipal reader, Jurisdiction office) =>
        reader.Covers(office) || office.Covers(Jurisdiction.Parse(reader.Actor().Jurisdiction));

    /// <summary>Only parties of the relative or visit in the route come through.</summary>
    public static async ValueTask<object?> PartiesOnlyAsync<T>(EndpointFilterInvocationContext context, EndpointFilterDelegate next, Func<IGrainFactory, string, Task<T?>> find, Func<ClaimsPrincipal, T, bool> isParty)
        where T : class
    {
        HttpContext http = context.HttpContext;
        T? found = await find(http.RequestServices.GetRequiredService<IGrainFactory>(), http.GetRouteValue("id") as string ?? string.Empty);
        return found is null ? Problems.NotFound()
            : isParty(http.User, found) ? await next(context)
            : Problems.Outside(http.Request);
    }
}
