using System.Collections.Immutable;
using Correction.Domain.Time;
using Correction.Domain.Visits;
using NodaTime;

namespace Correction.Domain.Messages;

/// <summary>
/// Which messages follow from events: who is told what, and when. Nobody is told by message what the own account did. Minors
/// are told through the guardian who comes with them.
/// </summary>
public static class FamilyTold
{
    private static readonly LocalTime Morning = new(10, 0);
    private static readonly Duration BeforeOpening = Duration.FromMinutes(30);

    /// <summary>
    /// Reasons that a message may give. The others speak of the prisoner or of another visitor: the family reads them on its
    /// page, behind its password.
    /// </summary>
    private static readonly ImmutableHashSet<string> Tellable =
    [
        .. new[] { KinshipRefusal.PapersMissing, KinshipRefusal.PapersUnreadable, KinshipRefusal.KinshipNotProven, KinshipRefusal.OutsideCircle, KinshipRefusal.IdentityDiffers }.Select(WireNames<KinshipRefusal>.Of),
        .. new[] { DeclineReason.QuotaUsedUp, DeclineReason.SlotUnavailable }.Select(WireNames<DeclineReason>.Of),
        .. new[] { CancelReason.FamilyCannotCome, CancelReason.Equipment, CancelReason.Emergency, CancelReason.NotDecided, CancelReason.NotHeld }.Select(WireNames<CancelReason>.Of),
    ];

    public static ImmutableArray<FamilyMessage> Of(RelativeState before, ImmutableArray<IRelativeEvent> happened, DecisionContext context)
    {
        var messages = ImmutableArray.CreateBuilder<FamilyMessage>();
        foreach (IRelativeEvent next in happened)
        {
            (MessageKind, MessageFacts)? told = next switch
            {
                RelativeVerified => (MessageKind.RelativeVerified, new MessageFacts()),
                RelativeRefused refused => (MessageKind.RelativeRefused, new MessageFacts(Reason: Told(WireNames<KinshipRefusal>.Of(refused.Reason)))),
                _ => null,
            };
            if (told is var (kind, facts) && before.Relative is { } relative)
            {
                messages.Add(new FamilyMessage(
                    NewId(context), kind, StreamKeys.Relative(relative.Id), relative.Account, [relative.Id], facts, context.Now, context.Now + FamilyMessage.TriedFor));
            }
        }

        return messages.DrainToImmutable();
    }

    public static ImmutableArray<FamilyMessage> Of(VisitState before, ImmutableArray<IVisitEvent> happened, DecisionContext context)
    {
        var messages = ImmutableArray.CreateBuilder<FamilyMessage>();
        foreach (IVisitEvent next in happened)
        {
            before = VisitDecider.Evolve(before, next, context.Now);
            if (before is Visit visit)
            {
                messages.AddRange(Of(visit, next, context));
            }
        }

        return messages.DrainToImmutable();
    }

    public static ImmutableArray<FamilyMessage> Of(VisitDayState before, ImmutableArray<IVisitDayEvent> happened, Jurisdiction prison, LocalDate date, DecisionContext context)
    {
        var messages = ImmutableArray.CreateBuilder<FamilyMessage>();
        foreach (IVisitDayEvent next in happened)
        {
            before = VisitDayDecider.Evolve(before, next, context.Now);
            if (next is SlotOffered offered && before.Claims.FirstOrDefault(claim => claim.Id == offered.ClaimId) is { } claim)
            {
                messages.Add(new FamilyMessage(
                    NewId(context), MessageKind.SlotOffered, StreamKeys.VisitDay(prison, date), claim.Account, [],
                    new MessageFacts(From: before.Find(claim.Slot)?.From, Until: offered.Until), context.Now, offered.Until));
            }
        }

        return messages.DrainToImmutable();
    }

    private static IEnumerable<FamilyMessage> Of(Visit visit, IVisitEvent happened, DecisionContext context) => happened switch
    {
        VisitScheduled => [.. Now(visit, MessageKind.VisitScheduled, Times(visit), context), .. Reminders(visit, context)],
        VisitRescheduled moved =>
        [
            .. Now(visit, MessageKind.VisitRescheduled, Times(visit) with { Reason = Told(WireNames<CancelReason>.Of(moved.Reason)) }, context),
            .. visit.Stage == VisitStage.Scheduled ? Reminders(visit, context) : [],
        ],
        VisitDeclined declined => Now(visit, MessageKind.VisitDeclined, new MessageFacts(visit.From, Reason: Told(WireNames<DeclineReason>.Of(declined.Reason))), context),
        VisitCancelled cancelled => Now(visit, MessageKind.VisitCancelled, new MessageFacts(visit.From, Reason: Told(WireNames<CancelReason>.Of(cancelled.Reason))), context),
        VisitFlagged { Obstacle: VisitObstacle.SlotBlocked } => Now(visit, MessageKind.SlotBlocked, new MessageFacts(visit.From), context),
        _ => [],
    };

    /// <summary>At ten in the morning of the day before, and half an hour before the waiting room opens; not where that is over.</summary>
    private static IEnumerable<FamilyMessage> Reminders(Visit visit, DecisionContext context)
    {
        Instant dayBefore = ChinaTime.DateOf(visit.From).PlusDays(-1).At(Morning).InZoneStrictly(ChinaTime.Zone).ToInstant();
        (MessageKind Kind, Instant At)[] reminders = [(MessageKind.VisitTomorrow, dayBefore), (MessageKind.VisitSoon, visit.OpensAt - BeforeOpening)];
        return reminders.Where(reminder => reminder.At > context.Now)
            .SelectMany(reminder => Families(visit).Select(family => To(family, visit, reminder.Kind, Times(visit), reminder.At, visit.From, context)));
    }

    private static IEnumerable<FamilyMessage> Now(Visit visit, MessageKind kind, MessageFacts facts, DecisionContext context) => Families(visit)
        .Where(family => family.Account != context.Actor.Account)
        .Select(family => To(family, visit, kind, facts, context.Now, context.Now + FamilyMessage.TriedFor, context));

    private static FamilyMessage To(
        (string? Account, ImmutableArray<RelativeId> Relatives) family, Visit visit, MessageKind kind, MessageFacts facts, Instant dueAt, Instant notAfter, DecisionContext context) =>
        new(NewId(context), kind, StreamKeys.Visit(visit.Id), family.Account, family.Relatives, facts, dueAt, notAfter);

    /// <summary>An account is told once, however many of its relatives come; who has none is told alone.</summary>
    private static IEnumerable<(string? Account, ImmutableArray<RelativeId> Relatives)> Families(Visit visit) => visit.Visitors
        .Where(visitor => !visitor.Minor)
        .GroupBy(visitor => visitor.Account ?? visitor.RelativeId.ToString())
        .Select(family => (family.First().Account, (ImmutableArray<RelativeId>)[.. family.Select(visitor => visitor.RelativeId)]));

    private static MessageFacts Times(Visit visit) => new(visit.From, visit.OpensAt);

    private static string? Told(string reason) => Tellable.Contains(reason) ? reason : null;

    private static MessageId NewId(DecisionContext context) => new(context.NewId());
}
