using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Correction.Domain.Law;
using Correction.Domain.Time;
using NodaTime;

namespace Correction.Domain.Visits;

// The waiting room: the family is there, the officer checks who came and admits them. It opens some minutes before the slot and
// closes with it; restrictions and bans are checked once more.

/// <summary>How the officer knows the visitors. Nobody has to show the face to a machine (PIPL Art. 29).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<IdentityCheck>))]
public enum IdentityCheck
{
    /// <summary>工作人员核验证件</summary>
    [JsonStringEnumMemberName("papers")] Papers,

    /// <summary>本人同意的人脸核验</summary>
    [JsonStringEnumMemberName("faceByConsent")] FaceByConsent,
}

/// <summary>The family is in the waiting room.</summary>
public sealed record EnterWaitingRoom : VisitCommand;

/// <param name="Attended">Who came; each is one of the visitors. None named: all of them.</param>
/// <param name="Visitors">As the office knows them now.</param>
public sealed record AdmitVisitors(ImmutableArray<RelativeId> Attended, IdentityCheck Check, Prisoner Prisoner, ImmutableArray<Relative> Visitors) : VisitCommand;

public sealed record VisitorsArrived : IVisitEvent;

public sealed record VisitorsAdmitted(ImmutableArray<RelativeId> Attended, IdentityCheck Check) : IVisitEvent;

internal static class VisitAdmission
{
    public static Decision<IVisitEvent> Decide(Visit visit, EnterWaitingRoom enter, DecisionContext context) =>
        visit.Stage is VisitStage.Waiting or VisitStage.Admitted or VisitStage.InProgress or VisitStage.Interrupted ? Decision<IVisitEvent>.AlreadySo
        : visit.Stage != VisitStage.Scheduled ? NotScheduled(visit)
        : OutsideWindow(visit, context) ?? Decision<IVisitEvent>.Accept(new VisitorsArrived(), VisitLaw.Arrangement(context.Now));

    /// <summary>Visitors who stand at the officer's desk need not have entered the waiting room by themselves.</summary>
    public static Decision<IVisitEvent> Decide(Visit visit, AdmitVisitors admit, DecisionContext context)
    {
        LegalBasis basis = VisitLaw.Papers(context.Now);
        if (context.Actor.Role is not (Role.Officer or Role.Approver or Role.Prison))
        {
            return Decision<IVisitEvent>.Refuse(RefusalKind.Power, "officerRequired", "An officer checks who came and admits them.", basis);
        }

        if (visit.Stage is VisitStage.Admitted or VisitStage.InProgress or VisitStage.Interrupted)
        {
            return Decision<IVisitEvent>.AlreadySo;
        }

        if (visit.Stage is not (VisitStage.Scheduled or VisitStage.Waiting))
        {
            return NotScheduled(visit);
        }

        ImmutableArray<RelativeId> attended = admit.Attended.IsEmpty ? [.. visit.Visitors.Select(visitor => visitor.RelativeId)] : admit.Attended;
        ImmutableArray<Relative> came = [.. admit.Visitors.Where(visitor => attended.Contains(visitor.Id))]; // who stayed at home is in nobody's way
        return OutsideWindow(visit, context)
            ?? (VisitRules.Restricted(admit.Prisoner, came, ChinaTime.DateOf(visit.From), context.Now) is { } refusal ? new Decision<IVisitEvent>.Refused(refusal)
                : attended.Any(who => visit.Visitors.All(visitor => visitor.RelativeId != who))
                    ? Decision<IVisitEvent>.Refuse(RefusalKind.Rule, "notApproved", "Somebody came who is not approved for this visit.", basis)
                : came.Any(visitor => visitor.Stage != RelativeStage.Verified)
                    ? Decision<IVisitEvent>.Refuse(RefusalKind.Rule, "kinshipNotChecked", "The kinship of somebody who came is not verified any more.", basis)
                : came.Any(visitor => visitor.Minor && !(visitor.Guardian is { } guardian && attended.Contains(guardian)))
                    ? Decision<IVisitEvent>.Refuse(RefusalKind.Rule, "guardianRequired", "A minor is admitted with the guardian only.", basis)
                : Decision<IVisitEvent>.Accept(new VisitorsAdmitted(attended, admit.Check), basis));
    }

    private static Decision<IVisitEvent>? OutsideWindow(Visit visit, DecisionContext context)
    {
        LegalBasis basis = VisitLaw.Arrangement(context.Now);
        return context.Now < visit.OpensAt ? Decision<IVisitEvent>.Refuse(RefusalKind.Rule, "tooEarly", $"The waiting room opens {visit.Terms.EarlyMinutes} minutes before the visit.", basis)
            : context.Now >= visit.To ? Decision<IVisitEvent>.Refuse(RefusalKind.Rule, "tooLate", "The time of this visit is over.", basis)
            : null;
    }

    private static Decision<IVisitEvent> NotScheduled(Visit visit) => visit.IsOpen
        ? Decision<IVisitEvent>.Refuse(RefusalKind.State, "notScheduled", "The prison has not approved this visit yet.")
        : VisitApproval.Over();
}
