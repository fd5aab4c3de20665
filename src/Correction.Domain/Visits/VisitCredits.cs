using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization;
using Correction.Domain.Law;
using Correction.Domain.Time;
using NodaTime;

namespace Correction.Domain.Visits;

// The ledger of a prisoner's visits, stream visit-credit/{prison}/{number}: granted by policy or by the prison, used by a
// visit, refunded, expired. The balance is a fold. Which visits are charged, their own streams say: this ledger follows them
// (docs/adr/0007).

public abstract record VisitCreditCommand;

/// <summary>A fact of stream <c>visit-credit/{prison}/{number}</c>.</summary>
public interface IVisitCreditEvent : IDomainEvent;

/// <summary>Charges a visit; grants first what the policy gives for the month and is not granted yet.</summary>
/// <param name="Date">Of the visit.</param>
public sealed record UseVisitCredit(VisitId VisitId, LocalDate Date, string Pool, int PerMonth, int PolicyRevision) : VisitCreditCommand;

/// <summary>Gives back what a visit was charged, but for the month that it is still charged for.</summary>
/// <param name="Keep">Null: it is charged for none.</param>
public sealed record SettleVisitCredit(VisitId VisitId, LocalDate? Keep) : VisitCreditCommand;

/// <summary>The prison gives more than the policy (Prison Law Art. 69 ¶2).</summary>
/// <param name="Grant">Of this grant: sent again it is given once.</param>
public sealed record GrantVisitCredits(Guid Grant, LocalDate Month, string Pool, int Count, CreditGround Ground) : VisitCreditCommand;

/// <summary>A look because a month is over: what was not used expires.</summary>
public sealed record ExpireVisitCredits : VisitCreditCommand;

[JsonConverter(typeof(JsonStringEnumConverter<CreditGround>))]
public enum CreditGround
{
    /// <summary>按处遇级别</summary>
    [JsonStringEnumMemberName("policy")] Policy,

    /// <summary>奖励</summary>
    [JsonStringEnumMemberName("reward")] Reward,

    /// <summary>家庭特殊情况</summary>
    [JsonStringEnumMemberName("familyNeed")] FamilyNeed,

    /// <summary>补偿未能进行的会见</summary>
    [JsonStringEnumMemberName("compensation")] Compensation,
}

/// <param name="Month">Its first day.</param>
/// <param name="PolicyRevision">Null where the prison granted it beside the policy.</param>
public sealed record VisitCreditsGranted(LocalDate Month, string Pool, int Count, CreditGround Ground, int? PolicyRevision, Guid? Grant) : IVisitCreditEvent;

public sealed record VisitCreditUsed(VisitId VisitId, LocalDate Month, string Pool) : IVisitCreditEvent;

public sealed record VisitCreditRefunded(VisitId VisitId, LocalDate Month, string Pool) : IVisitCreditEvent;

public sealed record VisitCreditsExpired(LocalDate Month, string Pool, int Count) : IVisitCreditEvent;

public sealed record CreditUse(VisitId VisitId, Instant UsedAt);

/// <summary>One month of one quota.</summary>
/// <param name="Uses">Not refunded.</param>
public sealed record CreditAccount(LocalDate Month, string Pool, int ByPolicy, int Beside, int Expired, int Refunded, ImmutableArray<CreditUse> Uses)
{
    public int Granted => ByPolicy + Beside;

    public int Balance => Granted - Uses.Length - Expired;
}

public sealed record VisitCreditState(ImmutableArray<CreditAccount> Accounts, ImmutableArray<Guid> Grants)
{
    /// <summary>A use whose visit was never begun is looked for after this time: no booking takes so long.</summary>
    public static readonly Duration SettleAfter = Duration.FromMinutes(5);

    /// <summary>Months back that are still remembered.</summary>
    internal const int Remembered = 24;

    public static VisitCreditState Initial { get; } = new([], []);

    public CreditAccount Of(LocalDate month, string pool) =>
        Accounts.FirstOrDefault(account => account.Month == month && account.Pool == pool) ?? new CreditAccount(month, pool, 0, 0, 0, 0, []);

    public IEnumerable<CreditUse> Uses => Accounts.SelectMany(account => account.Uses);

    /// <summary>When to look although nobody calls: at what was just used, and when a month with credits left is over.</summary>
    public Instant? NextLook(Instant now) => Uses.Select(use => use.UsedAt + SettleAfter).Where(at => at > now)
        .Concat(Accounts.Where(account => account.Balance > 0).Select(account => ChinaTime.StartOf(account.Month.PlusMonths(1)))).Cast<Instant?>().Min();
}

public static class VisitCreditDecider
{
    public static Decision<IVisitCreditEvent> Decide(VisitCreditState state, VisitCreditCommand command, DecisionContext context) => command switch
    {
        UseVisitCredit use => Use(state, use, context),
        SettleVisitCredit settle => Settle(state, settle, context),
        GrantVisitCredits grant => Grant(state, grant, context),
        ExpireVisitCredits => Expire(state, context),
        _ => throw new UnreachableException(),
    };

    public static VisitCreditState Evolve(VisitCreditState state, IVisitCreditEvent happened, Instant occurredAt) => happened switch
    {
        VisitCreditsGranted granted => With(
            granted.Grant is { } grant ? state with { Grants = state.Grants.Add(grant) } : state,
            state.Of(granted.Month, granted.Pool) is var before && granted.Ground == CreditGround.Policy
                ? before with { ByPolicy = before.ByPolicy + granted.Count }
                : before with { Beside = before.Beside + granted.Count }),
        VisitCreditUsed used => With(state, state.Of(used.Month, used.Pool) is var before
            ? before with { Uses = before.Uses.Add(new CreditUse(used.VisitId, occurredAt)) }
            : throw new UnreachableException()),
        VisitCreditRefunded refunded when state.Of(refunded.Month, refunded.Pool) is var before && before.Uses.FirstOrDefault(use => use.VisitId == refunded.VisitId) is { } use =>
            With(state, before with { Uses = before.Uses.Remove(use), Refunded = before.Refunded + 1 }),
        VisitCreditsExpired expired => With(state, state.Of(expired.Month, expired.Pool) is var before ? before with { Expired = before.Expired + expired.Count } : throw new UnreachableException()),
        _ => state,
    };

    public static LocalDate MonthOf(LocalDate date) => new(date.Year, date.Month, 1);

    private static Decision<IVisitCreditEvent> Use(VisitCreditState state, UseVisitCredit use, DecisionContext context)
    {
        LegalBasis basis = VisitLaw.Arrangement(context.Now);
        LocalDate month = MonthOf(use.Date);
        CreditAccount account = state.Of(month, use.Pool);
        if (account.Uses.Any(known => known.VisitId == use.VisitId))
        {
            return Decision<IVisitCreditEvent>.AlreadySo;
        }

        int missing = Math.Max(0, use.PerMonth - account.ByPolicy);
        if (account.Balance + missing < 1)
        {
            return Decision<IVisitCreditEvent>.Refuse(RefusalKind.Rule, "quotaUsedUp", "The prisoner's visits of this month are used up: choose a day of another month.", basis);
        }

        var used = new VisitCreditUsed(use.VisitId, month, use.Pool);
        return new Decision<IVisitCreditEvent>.Accepted(
            missing == 0 ? [used] : [new VisitCreditsGranted(month, use.Pool, missing, CreditGround.Policy, use.PolicyRevision, null), used], [basis]);
    }

    private static Decision<IVisitCreditEvent> Settle(VisitCreditState state, SettleVisitCredit settle, DecisionContext context) => new Decision<IVisitCreditEvent>.Accepted(
        [
            .. state.Accounts.Where(account => settle.Keep is not { } keep || account.Month != MonthOf(keep))
                .SelectMany(account => account.Uses.Where(use => use.VisitId == settle.VisitId).Select(use => (IVisitCreditEvent)new VisitCreditRefunded(use.VisitId, account.Month, account.Pool))),
        ],
        [VisitLaw.Arrangement(context.Now)]);

    private static Decision<IVisitCreditEvent> Grant(VisitCreditState state, GrantVisitCredits grant, DecisionContext context)
    {
        LegalBasis basis = VisitLaw.Arrangement(context.Now);
        return state.Grants.Contains(grant.Grant) ? Decision<IVisitCreditEvent>.AlreadySo
            : context.Actor.Role != Role.Prison ? Decision<IVisitCreditEvent>.Refuse(RefusalKind.Power, "prisonDecides", "The prison grants visits.", basis)
            : grant.Count < 1 || grant.Ground == CreditGround.Policy ? Decision<IVisitCreditEvent>.Refuse(RefusalKind.Rule, "groundRequired", "Grant one visit or more, for a reason of its own.", basis)
            : Decision<IVisitCreditEvent>.Accept(new VisitCreditsGranted(MonthOf(grant.Month), grant.Pool, grant.Count, grant.Ground, null, grant.Grant), basis);
    }

    private static Decision<IVisitCreditEvent> Expire(VisitCreditState state, DecisionContext context)
    {
        LocalDate today = ChinaTime.DateOf(context.Now);
        return new Decision<IVisitCreditEvent>.Accepted(
            [.. state.Accounts.Where(account => account.Balance > 0 && account.Month.PlusMonths(1) <= today).Select(account => (IVisitCreditEvent)new VisitCreditsExpired(account.Month, account.Pool, account.Balance))], []);
    }

    private static VisitCreditState With(VisitCreditState state, CreditAccount account) => state with
    {
        Accounts =
        [
            .. state.Accounts.Where(known => known.Month != account.Month || known.Pool != account.Pool).Append(account).OrderByDescending(known => known.Month).Take(VisitCreditState.Remembered),
        ],
    };
}
