using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Correction.Domain.Time;
using NodaTime;

namespace Correction.Domain.Visits;

// A prison's policy of visits: what the law leaves to the prison (Prison Law Art. 69 ¶2). Dated data with a source, never
// constants: the numbers differ from prison to prison, and a visit keeps those it was applied for under.

/// <summary>How a visit is held; some share a quota.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<VisitChannel>))]
public enum VisitChannel
{
    /// <summary>司法所（司法局）远程视频会见</summary>
    [JsonStringEnumMemberName("station")] Station,

    /// <summary>家属手机视频会见</summary>
    [JsonStringEnumMemberName("phone")] Phone,

    /// <summary>监狱现场会见</summary>
    [JsonStringEnumMemberName("onSite")] OnSite,

    /// <summary>亲情电话</summary>
    [JsonStringEnumMemberName("call")] Call,
}

/// <summary>Times that repeat every week.</summary>
/// <param name="Code">Part of the slots' ids: one to sixteen lower-case letters and digits.</param>
/// <param name="To">The last slot ends by then.</param>
/// <param name="Minutes">From the beginning of a slot to the beginning of the next.</param>
/// <param name="Capacity">Visits at the same time; never more than there are rooms, where rooms are named.</param>
/// <param name="ValidTo">The last day; null: open.</param>
public sealed record SessionTemplate(
    string Code, ImmutableArray<IsoDayOfWeek> Weekdays, LocalTime From, LocalTime To, int Minutes, int Capacity, ImmutableArray<string> Rooms, LocalDate ValidFrom, LocalDate? ValidTo)
{
    public bool AppliesOn(LocalDate date) => Weekdays.Contains(date.DayOfWeek) && ValidFrom <= date && (ValidTo is not { } end || date <= end);
}

/// <summary>How many visits a month a prisoner of this level may have by these channels together.</summary>
/// <param name="Level">Level of treatment (处遇级别) as the prison names it, in a code.</param>
/// <param name="Pool">Name of the quota.</param>
/// <param name="Channels">More than one: they share it.</param>
public sealed record QuotaRule(string Level, string Pool, ImmutableArray<VisitChannel> Channels, int PerMonth);

/// <summary>What a visit keeps of the policy it was applied for under.</summary>
/// <param name="Seconds">Time to talk.</param>
/// <param name="EarlyMinutes">How long before the slot the waiting room opens.</param>
/// <param name="NoShowMinutes">After the slot's beginning: who is not there by then has given the visit up.</param>
/// <param name="CancelHours">Before the slot's beginning: who cancels later has used the visit.</param>
/// <param name="ResumeMinutes">How long an interruption may last.</param>
public sealed record VisitTerms(int Seconds, int EarlyMinutes, int NoShowMinutes, int CancelHours, int ResumeMinutes, int PolicyRevision);

/// <param name="ValidFrom">The first day of visits it applies to.</param>
/// <param name="Source">Document that it comes from.</param>
/// <param name="Verified">False: the office has still to confirm it.</param>
/// <param name="MostVisitors">People at one visit.</param>
/// <param name="PhoneMinutes">0: no visits by the family's phone.</param>
/// <param name="LeadDays">A family applies so many days ahead at the least.</param>
/// <param name="WindowDays">And so many at the most.</param>
public sealed record VisitPolicy(
    LocalDate ValidFrom,
    string Source,
    bool Verified,
    ImmutableArray<SessionTemplate> Sessions,
    ImmutableArray<QuotaRule> Quotas,
    int MostVisitors,
    int StationMinutes,
    int PhoneMinutes,
    int LeadDays,
    int WindowDays)
{
    /// <summary>A place is held so long while the form is filled.</summary>
    public int HoldMinutes { get; init; } = 10;

    /// <summary>Who waited has so long to take what is offered.</summary>
    public int OfferMinutes { get; init; } = 120;

    public int EarlyMinutes { get; init; } = 30;

    public int NoShowMinutes { get; init; } = 15;

    public int CancelHours { get; init; } = 24;

    public int ResumeMinutes { get; init; } = 10;

    public int MinutesBy(VisitChannel channel) => channel == VisitChannel.Phone ? PhoneMinutes : StationMinutes;

    /// <summary>Null: no visits by this channel at this level.</summary>
    public QuotaRule? QuotaOf(string level, VisitChannel channel) =>
        Quotas.FirstOrDefault(rule => rule.Level == level && rule.Channels.Contains(channel));
}

/// <param name="Revision">Which of the prison's policies, from 1.</param>
public sealed record PolicyInForce(int Revision, VisitPolicy Policy)
{
    public ImmutableArray<Slot> SlotsOn(Jurisdiction prison, LocalDate date) =>
        [.. Policy.Sessions.Where(session => session.AppliesOn(date)).SelectMany(session => SlotsOf(session, prison, date))];

    public VisitTerms TermsOf(VisitChannel channel, Slot slot) => new(
        (int)Duration.Min(Duration.FromMinutes(Policy.MinutesBy(channel)), slot.To - slot.From).TotalSeconds,
        Policy.EarlyMinutes, Policy.NoShowMinutes, Policy.CancelHours, Policy.ResumeMinutes, Revision);

    private static IEnumerable<Slot> SlotsOf(SessionTemplate session, Jurisdiction prison, LocalDate date)
    {
        int capacity = session.Rooms.IsEmpty ? session.Capacity : Math.Min(session.Capacity, session.Rooms.Length);
        Period length = Period.FromMinutes(Math.Max(1, session.Minutes));
        for (LocalDateTime from = date.At(session.From); from + length <= date.At(session.To); from += length)
        {
            yield return new Slot(new SlotId(prison, date, session.Code, from.TimeOfDay), Moment(from), Moment(from + length), capacity, session.Rooms);
        }
    }

    private static Instant Moment(LocalDateTime local) => local.InZoneStrictly(ChinaTime.Zone).ToInstant();
}

/// <param name="Capacity">Visits at the same time.</param>
/// <param name="Rooms">Named ones are given out in this order.</param>
public sealed record Slot(SlotId Id, Instant From, Instant To, int Capacity, ImmutableArray<string> Rooms);
