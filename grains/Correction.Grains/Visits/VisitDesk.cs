using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Visits;
using NodaTime;

namespace Correction.Grains.Visits;

/// <summary>What is asked for; the rest is looked up.</summary>
public sealed record VisitRequest(VisitId VisitId, SlotId Slot, string PrisonerNumber, ImmutableArray<RelativeId> Visitors, VisitChannel Channel, Jurisdiction Jurisdiction);

/// <summary>
/// Commands that need more than one grain. Of two commits the one that can be given back comes first: the ledger is
/// charged, then the day books and the visit begins in one commit. Where the process dies in between, the ledger finds no
/// such visit and gives back (docs/adr/0007).
/// </summary>
public sealed class VisitDesk(IGrainFactory grains, IClock clock)
{
    /// <summary>A booking that took longer is refused by the day, before the ledger looks for what to give back.</summary>
    private static readonly Duration AtMost = Duration.FromMinutes(1);

    private const int MostTries = 5;

    public async Task<CommandOutcome> BookAsync(VisitRequest request, CommandEnvelope envelope)
    {
        var key = new PrisonerKey(request.Slot.Prison, request.PrisonerNumber);
        (Prisoner? prisoner, ImmutableArray<Relative> visitors) = await VisitFacts.ForAsync(grains, key, request.Visitors);
        if (visitors.Length != request.Visitors.Length)
        {
            return Unknown("relativeUnknown", "A visitor has not applied as a relative.");
        }

        if (await FindAsync(request.Slot) is not (PolicyInForce policy, Slot slot))
        {
            return Unknown("slotUnknown", "The prison has no visits at this time.");
        }

        DecisionContext context = Decisions.At(clock, envelope.Actor);
        var apply = new ApplyForVisit(request.VisitId, key, prisoner, visitors, request.Channel, slot, policy, request.Jurisdiction);
        if (VisitDecider.Decide(VisitState.Initial, apply, context) is Decision<IVisitEvent>.Refused refused)
        {
            return new CommandOutcome.Refused(refused.Refusal);
        }

        bool charged = visitors.Any(visitor => visitor.Relationship != Relationship.Lawyer);
        if (charged && prisoner is not null && await ChargeAsync(request.VisitId, prisoner, request.Channel, slot, policy, envelope.Actor) is { } unpaid)
        {
            return unpaid;
        }

        var book = new BookSlot(request.VisitId, slot.Id, envelope.Actor.Account, Moved: false, context.Now + AtMost);
        CommandOutcome outcome = await grains.DayOf(slot.Id).BeginVisit(book, apply, envelope);
        for (int again = 0; outcome is CommandOutcome.Stale && again < MostTries; again++)
        {
            outcome = await grains.DayOf(slot.Id).BeginVisit(book, apply, envelope); // while a host leaves, a day may for a moment have two
        }

        if (charged && outcome is not (CommandOutcome.Done or CommandOutcome.Repeated))
        {
            await grains.Credits(key).Execute(new SettleVisitCredit(request.VisitId, null), CommandEnvelope.By(Actor.System));
        }

        return outcome;
    }

    /// <summary>The new place is taken and charged first; the visit's own commit decides; day and ledger then follow it.</summary>
    public async Task<CommandOutcome> RescheduleAsync(VisitId id, SlotId to, CancelReason reason, CommandEnvelope envelope)
    {
        if (await grains.Visit(id).Read() is not { } visit || to.Prison != visit.Prisoner.Prison || await FindAsync(to) is not (PolicyInForce policy, Slot slot)
            || await VisitFacts.OfAsync(grains, visit) is not ({ } prisoner, var visitors))
        {
            return Unknown("slotUnknown", "The prison has no visits at this time.");
        }

        var move = new RescheduleVisit(slot, null, policy, prisoner, visitors, reason);
        DecisionContext context = Decisions.At(clock, envelope.Actor);
        if (VisitDecider.Decide(visit, move, context) is Decision<IVisitEvent>.Refused refused)
        {
            return new CommandOutcome.Refused(refused.Refusal);
        }

        if (visit.Charged && await ChargeAsync(id, prisoner, visit.Channel, slot, policy, envelope.Actor) is { } unpaid)
        {
            return unpaid;
        }

        CommandOutcome booked = await grains.DayOf(to).Execute(
            new BookSlot(id, to, envelope.Actor.Account, Moved: true, context.Now + AtMost), CommandEnvelope.By(envelope.Actor));
        CommandOutcome outcome = booked is CommandOutcome.Done
            ? await grains.Visit(id).Execute(move with { Room = (await grains.DayOf(to).Read()).Bookings.FirstOrDefault(known => known.VisitId == id && known.Slot == to)?.Room }, envelope)
            : booked;
        if (outcome is not (CommandOutcome.Done or CommandOutcome.Repeated))
        {
            await GiveBackAsync(id, visit.Prisoner, to);
        }

        return outcome;
    }

    /// <summary>A command whose decision looks at prisoner and relatives.</summary>
    public async Task<CommandOutcome> WithFactsAsync(VisitId id, Func<Prisoner, ImmutableArray<Relative>, VisitCommand> command, CommandEnvelope envelope)
    {
        if (await grains.Visit(id).Read() is not { } visit)
        {
            return Unknown("visitUnknown", "No such visit was applied for.");
        }

        (Prisoner? prisoner, ImmutableArray<Relative> visitors) = await VisitFacts.OfAsync(grains, visit);
        return prisoner is null
            ? Unknown("prisonerUnknown", "No prisoner of this prison has this number.")
            : await grains.Visit(id).Execute(command(prisoner, visitors), envelope);
    }

    /// <summary>The office finds that the papers prove kinship with a prisoner that there is.</summary>
    public async Task<CommandOutcome> VerifyAsync(RelativeId id, CommandEnvelope envelope) =>
        await grains.Relative(id).Read() is { } relative
            ? await grains.Relative(id).Execute(new VerifyRelative(await grains.Prisoner(relative.Prisoner).Read()), envelope)
            : Unknown("relativeUnknown", "No such relative has applied.");

    private async Task<(PolicyInForce Policy, Slot Slot)?> FindAsync(SlotId id) =>
        await grains.Prison(id.Prison).PolicyOn(id.Date, 0) is { } policy && policy.SlotsOn(id.Prison, id.Date).FirstOrDefault(slot => slot.Id == id) is { } slot ? (policy, slot) : null;

    /// <summary>Null: charged, or charged already.</summary>
    private async Task<CommandOutcome?> ChargeAsync(VisitId id, Prisoner prisoner, VisitChannel channel, Slot slot, PolicyInForce policy, Actor actor)
    {
        QuotaRule? quota = policy.Policy.QuotaOf(prisoner.Level, channel);
        CommandOutcome outcome = await grains.Credits(prisoner.Key).Execute(
            new UseVisitCredit(id, slot.Id.Date, quota?.Pool ?? "none", quota?.PerMonth ?? 0, policy.Revision), CommandEnvelope.By(actor));
        return outcome is CommandOutcome.Done ? null : outcome;
    }

    private async Task GiveBackAsync(VisitId id, PrisonerKey prisoner, SlotId taken)
    {
        CommandEnvelope system = CommandEnvelope.By(Actor.System);
        Visit? visit = await grains.Visit(id).Read();
        if (visit?.Slot != taken)
        {
            await grains.DayOf(taken).Execute(new FreeSlot(id, taken), system);
        }

        await grains.Credits(prisoner).Execute(new SettleVisitCredit(id, visit is { Charged: true } ? visit.Slot.Date : null), system);
    }

    private static CommandOutcome.Refused Unknown(string code, string detail) => new(new Refusal(RefusalKind.Unknown, code, detail));
}
