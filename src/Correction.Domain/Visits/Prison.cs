using System.Collections.Immutable;
using System.Diagnostics;
using Correction.Domain.Law;
using NodaTime;

namespace Correction.Domain.Visits;

// A prison (监狱) and its policies of visits, stream prison/{code}. The prison decides who visits, when and how long (Prison
// Law Art. 69 ¶2): a policy applies to the days from its first one on, until the next.

public abstract record PrisonCommand;

/// <summary>A fact of stream <c>prison/{code}</c>.</summary>
public interface IPrisonEvent : IDomainEvent;

/// <param name="Name">As published.</param>
public sealed record RegisterPrison(string Name) : PrisonCommand;

public sealed record AdoptVisitPolicy(VisitPolicy Policy) : PrisonCommand;

public sealed record PrisonRegistered(string Prison, string Name) : IPrisonEvent;

/// <param name="Revision">From 1.</param>
public sealed record VisitPolicyAdopted(int Revision, VisitPolicy Policy) : IPrisonEvent;

/// <param name="Name">Empty until the prison is registered.</param>
public sealed record PrisonState(string Name, ImmutableArray<PolicyInForce> Policies)
{
    public static PrisonState Initial { get; } = new(string.Empty, []);

    public bool IsRegistered => Name.Length > 0;

    /// <summary>The one that began last by that day; of two that began together, the later one.</summary>
    public PolicyInForce? PolicyOn(LocalDate date) => Policies.Where(known => known.Policy.ValidFrom <= date)
        .MaxBy(known => (known.Policy.ValidFrom, known.Revision));
}

public static class PrisonDecider
{
    /// <param name="prison">Whose stream this is.</param>
    public static Decision<IPrisonEvent> Decide(PrisonState state, PrisonCommand command, Jurisdiction prison, DecisionContext context) => command switch
    {
        RegisterPrison register when state.IsRegistered => state.Name == register.Name
            ? Decision<IPrisonEvent>.AlreadySo
            : Decision<IPrisonEvent>.Refuse(RefusalKind.State, "alreadyRegistered", "This prison is registered."),
        RegisterPrison { Name.Length: 0 } => Decision<IPrisonEvent>.Refuse(RefusalKind.Rule, "nameRequired", "Give the prison's name."),
        RegisterPrison register => Decision<IPrisonEvent>.Accept(new PrisonRegistered(prison.Code, register.Name)),
        _ when !state.IsRegistered => Decision<IPrisonEvent>.Refuse(RefusalKind.Unknown, "prisonUnknown", "No such prison is registered."),
        AdoptVisitPolicy adopt => Adopt(state, adopt.Policy, context),
        _ => throw new UnreachableException(),
    };

    public static PrisonState Evolve(PrisonState state, IPrisonEvent happened, Instant occurredAt) => happened switch
    {
        PrisonRegistered registered => state with { Name = registered.Name },
        VisitPolicyAdopted adopted => state with { Policies = state.Policies.Add(new PolicyInForce(adopted.Revision, adopted.Policy)) },
        _ => state,
    };

    private static Decision<IPrisonEvent> Adopt(PrisonState state, VisitPolicy policy, DecisionContext context)
    {
        LegalBasis basis = VisitLaw.Arrangement(context.Now);
        if (state.Policies.LastOrDefault()?.Policy == policy)
        {
            return Decision<IPrisonEvent>.AlreadySo;
        }

        if (policy.Sessions.Select(session => session.Code).Distinct().Count() != policy.Sessions.Length)
        {
            return Decision<IPrisonEvent>.Refuse(RefusalKind.Rule, "sessionCodeRepeated", "Give each session a code of its own.", basis);
        }

        return policy.WindowDays < policy.LeadDays
            ? Decision<IPrisonEvent>.Refuse(RefusalKind.Rule, "windowEmpty", "The window must not end before the lead days are over.", basis)
            : Decision<IPrisonEvent>.Accept(new VisitPolicyAdopted(state.Policies.Length + 1, policy), basis);
    }
}
