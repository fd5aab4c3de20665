using Correction.Domain;
using NodaTime;

namespace Correction.Grains.Visits;

internal static class Decisions
{
    /// <summary>What a decision taken now may know.</summary>
    public static DecisionContext At(IClock clock, Actor actor)
    {
        Instant now = clock.GetCurrentInstant();
        return new DecisionContext(now, actor, () => Guid.CreateVersion7(now.ToDateTimeOffset()));
    }
}
