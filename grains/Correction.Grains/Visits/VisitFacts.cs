using System.Collections.Immutable;
using Correction.Domain.Visits;

namespace Correction.Grains.Visits;

/// <summary>What decisions on a visit must know of others, looked up where it stands. Relatives who never applied are absent.</summary>
public static class VisitFacts
{
    public static async Task<(Prisoner? Prisoner, ImmutableArray<Relative> Visitors)> OfAsync(IGrainFactory grains, Visit visit)
    {
        Task<Prisoner?> received = grains.Prisoner(visit.Prisoner).Read();
        ImmutableArray<Relative> visitors = await VisitorsAsync(grains, [.. visit.Visitors.Select(visitor => visitor.RelativeId)]);
        return (await received, visitors);
    }

    /// <summary>
    /// For an application. The prisoner is looked up only for relatives of his whom the office has verified: what anybody
    /// else is answered, and how fast, cannot depend on whether there is such a prisoner.
    /// </summary>
    public static async Task<(Prisoner? Prisoner, ImmutableArray<Relative> Visitors)> ForAsync(IGrainFactory grains, PrisonerKey prisoner, ImmutableArray<RelativeId> visitors)
    {
        ImmutableArray<Relative> relatives = await VisitorsAsync(grains, visitors);
        return (relatives.All(relative => relative.Stage == RelativeStage.Verified && relative.Prisoner == prisoner) ? await grains.Prisoner(prisoner).Read() : null, relatives);
    }

    private static async Task<ImmutableArray<Relative>> VisitorsAsync(IGrainFactory grains, ImmutableArray<RelativeId> visitors) =>
        [.. (await Task.WhenAll(visitors.Select(visitor => grains.Relative(visitor).Read()))).OfType<Relative>()];
}
