using System.Text.Json.Serialization;
using Correction.Domain.Law;
using Correction.Domain.Time;
using NodaTime;

namespace Correction.Domain.Subjects;

// Electronic positioning (电子定位, Community Correction Law Art. 29): a dedicated device may be worn only under an order
// on one of five grounds, approved by the head of the county judicial administration, for at most three months.
// A phone's position is another measure (信息化核查, Art. 26) and needs no order.

/// <summary>The five grounds of Art. 29 ¶1.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MonitoringGround>))]
public enum MonitoringGround
{
    /// <summary>违反人民法院禁止令</summary>
    [JsonStringEnumMemberName("restrainingOrderViolated")] RestrainingOrderViolated = 1,

    /// <summary>无正当理由，未经批准离开所居住的市、县</summary>
    [JsonStringEnumMemberName("leftWithoutApproval")] LeftWithoutApproval = 2,

    /// <summary>拒不按照规定报告自己的活动情况，被给予警告</summary>
    [JsonStringEnumMemberName("warnedForNotReporting")] WarnedForNotReporting = 3,

    /// <summary>违反监督管理规定，被给予治安管理处罚</summary>
    [JsonStringEnumMemberName("publicSecurityPunishment")] PublicSecurityPunishment = 4,

    /// <summary>拟提请撤销缓刑、假释或者暂予监外执行收监执行</summary>
    [JsonStringEnumMemberName("revocationProposed")] RevocationProposed = 5,
}

/// <param name="To">The last day of the order.</param>
public sealed record OrderMonitoring(MonitoringGround Ground, LocalDate From, LocalDate To) : SubjectCommand;

public sealed record MonitoringOrdered(MonitoringOrderId OrderId, MonitoringGround Ground, LocalDate From, LocalDate To) : ISubjectEvent;

/// <summary>An order of electronic positioning; both days belong to it.</summary>
public sealed record MonitoringOrder(MonitoringOrderId Id, MonitoringGround Ground, LocalDate From, LocalDate To)
{
    /// <summary>Decisions alone need it.</summary>
    [JsonIgnore]
    public Instant GivenAt { get; init; }

    /// <summary>From when on it binds: one for today binds from when it is given.</summary>
    [JsonIgnore]
    public Instant Begins => Instant.Max(ChinaTime.StartOf(From), GivenAt);

    /// <summary>The first instant after it.</summary>
    [JsonIgnore]
    public Instant Ends => ChinaTime.StartOf(To.PlusDays(1));

    public bool InForceOn(LocalDate date) => From <= date && date <= To;
}

internal static class ElectronicPositioning
{
    public static Decision<ISubjectEvent> Decide(Registered state, OrderMonitoring command, DecisionContext context)
    {
        LocalDate today = ChinaTime.DateOf(context.Now);
        LegalBasis basis = LawBook.Basis("electronicPositioning", today);
        RuleVersion term = LawBook.InForce("electronicPositioningTerm", today);
        int months = term.Value ?? throw new InvalidOperationException("The term of electronic positioning has no value.");

        if (context.Actor.Role != Role.Approver)
        {
            return Refuse(RefusalKind.Power, "approverRequired", "Only the head of the county judicial administration may order electronic positioning.", basis);
        }

        if (command.To < command.From)
        {
            return Refuse(RefusalKind.Rule, "termReversed", "The order must not end before it begins.", term.Basis);
        }

        if (command.To > Periods.LastDayWithinMonths(command.From, months))
        {
            return Refuse(RefusalKind.Rule, "termTooLong", $"An order lasts at most {months} months; it can be renewed after assessment.", term.Basis);
        }

        if (command.To < today || command.From < state.Term.From || command.To > state.Term.To)
        {
            return Refuse(RefusalKind.Rule, "outsideTerm", "The order must end in the future and lie inside the term of correction.", term.Basis);
        }

        MonitoringOrder? overlapping = state.Orders.FirstOrDefault(order => order.From <= command.To && command.From <= order.To);
        if (overlapping is not null)
        {
            return overlapping.Ground == command.Ground && overlapping.From == command.From && overlapping.To == command.To
                ? Decision<ISubjectEvent>.AlreadySo
                : Refuse(RefusalKind.State, "orderInForce", "Another order covers some of these days; begin after it ends.", term.Basis);
        }

        return Decision<ISubjectEvent>.Accept(
            new MonitoringOrdered(new MonitoringOrderId(context.NewId()), command.Ground, command.From, command.To), basis, term.Basis);
    }

    public static Registered Evolve(Registered state, MonitoringOrdered happened, Instant occurredAt) =>
        state with { Orders = state.Orders.Add(new MonitoringOrder(happened.OrderId, happened.Ground, happened.From, happened.To) { GivenAt = occurredAt }) };

    private static Decision<ISubjectEvent> Refuse(RefusalKind kind, string code, string detail, LegalBasis basis) =>
        Decision<ISubjectEvent>.Refuse(kind, code, detail, basis);
}
