using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Correction.Domain.Law;
using NodaTime;

namespace Correction.Domain.Visits;

// Blocking a date or some of its slots is the prison's action, with a reason. It cancels nothing: the visits it touches are
// flagged, and a person decides about each.

[JsonConverter(typeof(JsonStringEnumConverter<BlockReason>))]
public enum BlockReason
{
    /// <summary>设备故障</summary>
    [JsonStringEnumMemberName("equipment")] Equipment,

    /// <summary>警力不足</summary>
    [JsonStringEnumMemberName("staffing")] Staffing,

    /// <summary>突发事件</summary>
    [JsonStringEnumMemberName("emergency")] Emergency,

    /// <summary>节假日安排</summary>
    [JsonStringEnumMemberName("holiday")] Holiday,

    /// <summary>其他</summary>
    [JsonStringEnumMemberName("other")] Other,
}

/// <param name="BlockId">Given by who asks: sent again it blocks once.</param>
/// <param name="Slots">Empty: the whole day.</param>
public sealed record BlockSlots(BlockId BlockId, ImmutableArray<SlotId> Slots, BlockReason Reason) : VisitDayCommand;

public sealed record UnblockSlots(BlockId BlockId) : VisitDayCommand;

public sealed record SlotsBlocked(BlockId BlockId, ImmutableArray<SlotId> Slots, BlockReason Reason) : IVisitDayEvent;

public sealed record SlotsUnblocked(BlockId BlockId) : IVisitDayEvent;

internal static class SlotBlocks
{
    public static Decision<IVisitDayEvent> Decide(VisitDayState state, BlockSlots block, DecisionContext context)
    {
        LegalBasis basis = VisitLaw.Arrangement(context.Now);
        return state.Blocks.Any(known => known.Id == block.BlockId) ? Decision<IVisitDayEvent>.AlreadySo
            : context.Actor.Role != Role.Prison ? PrisonDecides(basis)
            : block.Slots.Any(slot => state.Find(slot) is null) ? Decision<IVisitDayEvent>.Refuse(RefusalKind.Unknown, "slotUnknown", "The prison has no visits at one of these times.", basis)
            : Decision<IVisitDayEvent>.Accept(new SlotsBlocked(block.BlockId, block.Slots, block.Reason), basis);
    }

    public static Decision<IVisitDayEvent> Decide(VisitDayState state, UnblockSlots unblock, DecisionContext context)
    {
        LegalBasis basis = VisitLaw.Arrangement(context.Now);
        return state.Blocks.All(known => known.Id != unblock.BlockId) ? Decision<IVisitDayEvent>.AlreadySo
            : context.Actor.Role != Role.Prison ? PrisonDecides(basis)
            : Decision<IVisitDayEvent>.Accept(new SlotsUnblocked(unblock.BlockId), basis);
    }

    private static Decision<IVisitDayEvent> PrisonDecides(LegalBasis basis) =>
        Decision<IVisitDayEvent>.Refuse(RefusalKind.Power, "prisonDecides", "Only the prison blocks its times and opens them again.", basis);
}
