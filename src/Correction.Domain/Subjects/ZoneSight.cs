using System.Collections.Immutable;
using Correction.Domain.Location;
using NodaTime;

namespace Correction.Domain.Subjects;

/// <summary>
/// What is made of one zone so far: a fold over usable fixes and the edges of the zone's schedule, both in order of time.
/// A fix counts only when its whole error circle lies on one side of the border, and only a run of such fixes turns the
/// side: one stray position alarms nobody. The side is kept whether or not the schedule holds, so that its edges are
/// judged without any fix. Immutable.
/// </summary>
public sealed record ZoneSight
{
    /// <summary>At an edge of the schedule, an older position says nothing: then it is silence that is judged. Office policy.</summary>
    public static readonly Duration FreshFor = Duration.FromMinutes(30);

    /// <summary>Edges of a longer time without anything known are passed over.</summary>
    private static readonly Duration LongestWalk = Duration.FromDays(3);

    private const int LongestRun = 20;

    /// <summary>After the end of a breach by a way between fixes, the same fixes may show it again for so long.</summary>
    private static readonly Duration Echo = Duration.FromHours(1);

    private readonly GroundPlan _plan;

    private ZoneSight(GroundPlan plan) => _plan = plan;

    internal GroundPlan Plan => _plan;

    /// <summary>Where the subject is, schedule or not, as far as confirmed: where the zone forbids it.</summary>
    public bool Against { get; private init; }

    /// <summary>A breach lasts.</summary>
    public bool Breached { get; private init; }

    /// <summary>In the amber ring.</summary>
    public bool Near { get; private init; }

    /// <summary>The last edge that was judged: a fix from before it is late.</summary>
    public Instant Clock { get; private init; } = Instant.MinValue;

    /// <summary>
    /// Of the fixes that certainly or perhaps lay where the zone forbids it, the time of the last. What such a fix decided
    /// hangs on the fixes before it: one that comes late and is older may change that.
    /// </summary>
    internal Instant ReachedAt { get; init; } = Instant.MinValue;

    /// <summary>Nothing is wrong, nothing is pending.</summary>
    private bool IsCalm => !Against && !Breached && Run.IsEmpty && Due is null;

    /// <summary>Whether a sight that is begun anew would tell the same.</summary>
    internal bool IsForgettable(Instant at) => IsCalm && !Near && RingRun.IsEmpty && EndedAt + Echo < at && ReachedAt + Rejudgement.Reach < at;

    /// <summary>When to judge although no fix arrives; null: never.</summary>
    public Instant? NextLook => (Due, Edge) is ({ } due, { } edge) ? Instant.Min(due, edge) : Due ?? Edge;

    /// <summary>Fixes in a row that speak against what is held, not yet enough to decide.</summary>
    private ImmutableArray<Fix> Run { get; init; } = [];

    private ImmutableArray<Fix> RingRun { get; init; } = [];

    /// <summary>End of the last breach: a crossing before it is the same one.</summary>
    private Instant EndedAt { get; init; } = Instant.MinValue;

    // Of zones that do not always hold:
    private Fix? LastCertain { get; init; }

    private bool Holding { get; init; } = true;

    private Instant HoldingSince { get; init; } = Instant.MinValue;

    private Instant? Edge { get; init; }

    /// <summary>When the edge that has passed is judged: at once, or after the dwell time.</summary>
    private Instant? Due { get; init; }

    /// <summary>Begins to look at a zone at an instant.</summary>
    /// <param name="plan">The zone's ground, where it is made ready already.</param>
    public static ZoneSight Begin(Zone zone, Instant at, bool breached, GroundPlan? plan = null)
    {
        var sight = new ZoneSight(plan ?? GroundPlan.Of(zone.Geometry))
        {
            Against = breached,
            Breached = breached,
            Near = zone.Approached,
            EndedAt = zone.Episodes.IsEmpty ? Instant.MinValue : zone.Episodes.Where(episode => episode.Until <= at).Select(episode => episode.Until!.Value).DefaultIfEmpty(Instant.MinValue).Max(),
        };
        return zone.IsTimed ? sight with { Holding = zone.HoldsAt(at), HoldingSince = zone.EffectiveFrom ?? Instant.MinValue, Edge = zone.NextEdge(at) } : sight;
    }

    /// <summary>Takes in one usable fix that is not older than anything taken in before.</summary>
    /// <param name="before">The usable fixes of the same device before it, oldest first.</param>
    public ZoneSight Take(Zone zone, Fix fix, ReadOnlySpan<Fix> before, ImmutableArray<ZoneTurn>.Builder turns)
    {
        ZoneSight sight = zone.IsTimed ? Advance(zone, fix.OccurredAt, turns) : this;
        double accuracy = ErrorCircle.Stated(fix);
        double distance = _plan.SignedDistance(fix.Position, Math.Max(zone.RedLine, zone.AmberLine) + accuracy);
        bool? against = Side(zone, distance - zone.RedLine, accuracy);
        sight = against == false ? sight : sight with { ReachedAt = fix.OccurredAt };
        if (against is { } stated && stated != sight.Against)
        {
            accuracy = ErrorCircle.Of(fix, before); // only what speaks against what is held is looked at so closely
            against = Side(zone, distance - zone.RedLine, accuracy);
        }

        if (against is { } certain)
        {
            sight = sight.TakeSide(zone, fix, certain, turns);
        }

        if (zone.Kind == ZoneKind.Exclusion && !sight.Against && distance < zone.RedLine && AgreeingFixes.Find(zone, _plan, before, fix) is { } agreeing)
        {
            sight = sight.Turn(zone, true, ZoneRules.AgreeingFixes, agreeing, turns);
        }

        if (zone.Buffer > 0)
        {
            sight = sight.TakeRing(zone, fix, sight.Holding ? Side(zone, distance - zone.AmberLine, accuracy) : false, turns);
        }

        return against == false && sight is { IsCalm: true, Holding: true } && zone.Kind == ZoneKind.Exclusion
            ? sight.TakeCrossing(zone, fix, before, turns)
            : sight;
    }

    /// <summary>Judges the edges of the schedule up to and with an instant, by what is known without a further fix.</summary>
    public ZoneSight Advance(Zone zone, Instant to, ImmutableArray<ZoneTurn>.Builder turns)
    {
        ZoneSight sight = this;
        while (sight.NextLook is { } next && next <= to)
        {
            sight = to - next > LongestWalk && !sight.Breached ? sight.PassOver(zone, to)
                : sight.Edge == next ? sight.PassEdge(zone, next, turns)
                : sight.FallDue(zone, next, turns);
        }

        return sight;
    }

    /// <summary>
    /// Whether a late fix changes nothing for certain: nothing is wrong or pending, no later fix reached the forbidden side,
    /// and it lies on the permitted side, so far from an exclusion zone that no way to its neighbours leads through.
    /// </summary>
    public bool IsUnmovedBy(Zone zone, Fix late) => IsCalm && !Near && RingRun.IsEmpty && late.OccurredAt > ReachedAt && IsFar(zone, _plan, late, SegmentCrossing.LongestWay);

    /// <summary>Whether the fix lies certainly on the permitted side, and no way of this length that ends there leads through an exclusion zone.</summary>
    /// <param name="way">Metres.</param>
    internal static bool IsFar(Zone zone, GroundPlan plan, Fix fix, double way)
    {
        double accuracy = ErrorCircle.Stated(fix);
        double margin = zone.Kind == ZoneKind.Exclusion ? way : 0;
        double distance = plan.SignedDistance(fix.Position, zone.AmberLine + accuracy + margin);
        return zone.Kind == ZoneKind.Exclusion ? distance - zone.AmberLine >= accuracy + margin : distance <= -accuracy;
    }

    /// <summary>After a restart the stream holds what was decided; what was folded from fewer fixes gives way to it.</summary>
    public ZoneSight Reconcile(Zone zone) => Breached == zone.Breached
        ? this with { Near = zone.Approached }
        : this with { Breached = zone.Breached, Against = zone.Breached, Run = [], Near = zone.Approached };

    /// <summary>Whether the point is certainly on the forbidden side; null when the error circle crosses the border.</summary>
    private static bool? Side(Zone zone, double distance, double accuracy) =>
        Math.Abs(distance) < accuracy ? null : zone.Kind == ZoneKind.Exclusion ? distance < 0 : distance > 0;

    private static bool Decides(Zone zone, ImmutableArray<Fix> run) =>
        run.Length >= zone.Confirmations && (zone.Dwell is not { } dwell || run[^1].OccurredAt - run[0].OccurredAt >= dwell);

    /// <summary>A long run keeps its beginning and its latest.</summary>
    private static ImmutableArray<Fix> Longer(ImmutableArray<Fix> run, Fix fix) => run.Length < LongestRun ? run.Add(fix) : run.SetItem(LongestRun - 1, fix);

    private ZoneSight TakeSide(Zone zone, Fix fix, bool against, ImmutableArray<ZoneTurn>.Builder turns)
    {
        Fix? certain = zone.IsTimed ? fix : null;
        if (against == Against)
        {
            ZoneSight same = Run.IsEmpty && certain is null ? this : this with { Run = [], LastCertain = certain };
            return against && Holding && !Breached && Due is null ? same.Open(zone, fix.OccurredAt, ZoneRules.ConfirmedFixes, [fix], turns) : same;
        }

        ImmutableArray<Fix> run = Longer(Run, fix);
        return Decides(zone, run) ? Turn(zone, against, ZoneRules.ConfirmedFixes, run, turns) : this with { Run = run };
    }

    /// <summary>The subject is on the other side since the first of these fixes; nothing begins or ends before the schedule does.</summary>
    private ZoneSight Turn(Zone zone, bool against, string rule, ImmutableArray<Fix> run, ImmutableArray<ZoneTurn>.Builder turns)
    {
        ZoneSight turned = this with { Against = against, Run = [], LastCertain = zone.IsTimed ? run[^1] : null, Due = null };
        return against && Holding ? turned.Open(zone, Instant.Max(run[0].OccurredAt, HoldingSince), rule, run, turns)
            : Breached ? turned.Close(zone, Instant.Max(run[0].OccurredAt, HoldingSince), rule, run, turns)
            : turned;
    }

    private ZoneSight TakeRing(Zone zone, Fix fix, bool? near, ImmutableArray<ZoneTurn>.Builder turns)
    {
        if (near is not { } certain)
        {
            return this;
        }

        if (certain == Near)
        {
            return RingRun.IsEmpty ? this : this with { RingRun = [] };
        }

        ImmutableArray<Fix> run = Longer(RingRun, fix);
        if (!Decides(zone, run))
        {
            return this with { RingRun = run };
        }

        turns.Add(new ZoneTurn.Ring(zone, ZoneRules.ConfirmedFixes, run, run[0].OccurredAt, certain));
        return this with { Near = certain, RingRun = [] };
    }

    private ZoneSight TakeCrossing(Zone zone, Fix fix, ReadOnlySpan<Fix> before, ImmutableArray<ZoneTurn>.Builder turns)
    {
        if (SegmentCrossing.Find(_plan, before, fix) is not { } found || found.Entered.OccurredAt < EndedAt || !zone.HoldsAt(found.Entered.OccurredAt))
        {
            return this;
        }

        turns.Add(new ZoneTurn.Breach(
            zone, ZoneRules.SegmentCrossing, [found.Entered, found.Left], found.Entered.OccurredAt, found.Left.OccurredAt));
        return this with { EndedAt = found.Left.OccurredAt };
    }

    private ZoneSight PassEdge(Zone zone, Instant edge, ImmutableArray<ZoneTurn>.Builder turns)
    {
        bool holding = !Holding;
        ZoneSight passed = this with
        {
            Holding = holding,
            HoldingSince = holding ? edge : HoldingSince,
            Clock = edge,
            Edge = zone.NextEdge(edge),
            Due = holding && Against ? edge + (zone.Dwell ?? Duration.Zero) : null,
        };
        if (!holding && Near)
        {
            turns.Add(new ZoneTurn.Ring(zone, ZoneRules.ScheduleEdge, [], edge, false));
            passed = passed with { Near = false, RingRun = [] };
        }

        return !holding && Breached ? passed.Close(zone, edge, ZoneRules.ScheduleEdge, [], turns) : passed;
    }

    private ZoneSight FallDue(Zone zone, Instant due, ImmutableArray<ZoneTurn>.Builder turns)
    {
        ZoneSight judged = this with { Due = null, Clock = due };
        return Against && !Breached && LastCertain is { } last && due - last.OccurredAt <= FreshFor
            ? judged.Open(zone, HoldingSince, ZoneRules.ScheduleEdge, [last], turns)
            : judged;
    }

    private ZoneSight PassOver(Zone zone, Instant to)
    {
        bool holding = zone.HoldsAt(to);
        return this with { Holding = holding, HoldingSince = holding ? to : HoldingSince, Clock = to, Edge = zone.NextEdge(to), Due = null };
    }

    private ZoneSight Open(Zone zone, Instant since, string rule, ImmutableArray<Fix> fixes, ImmutableArray<ZoneTurn>.Builder turns)
    {
        turns.Add(new ZoneTurn.Breach(zone, rule, fixes, since, null));
        return this with { Breached = true };
    }

    private ZoneSight Close(Zone zone, Instant until, string rule, ImmutableArray<Fix> fixes, ImmutableArray<ZoneTurn>.Builder turns)
    {
        turns.Add(new ZoneTurn.End(zone, rule, fixes, until));
        return this with { Breached = false, EndedAt = until };
    }
}
