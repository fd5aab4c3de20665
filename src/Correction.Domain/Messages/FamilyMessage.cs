using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Correction.Domain.Visits;
using NodaTime;

namespace Correction.Domain.Messages;

// What a family is told by e-mail or SMS (告知). A message follows from an event and is made durable with it; it waits in the
// outbox until it is sent or given up. It says what, when and where to look. It names nobody: who reads over a shoulder learns
// no name, and nothing of the prisoner.

[JsonConverter(typeof(JsonStringEnumConverter<MessageKind>))]
public enum MessageKind
{
    /// <summary>会见人核验通过</summary>
    [JsonStringEnumMemberName("relativeVerified")] RelativeVerified,

    /// <summary>会见人核验未通过</summary>
    [JsonStringEnumMemberName("relativeRefused")] RelativeRefused,

    /// <summary>会见已批准并排期</summary>
    [JsonStringEnumMemberName("visitScheduled")] VisitScheduled,

    /// <summary>会见未获批准</summary>
    [JsonStringEnumMemberName("visitDeclined")] VisitDeclined,

    /// <summary>会见改期</summary>
    [JsonStringEnumMemberName("visitRescheduled")] VisitRescheduled,

    /// <summary>会见取消</summary>
    [JsonStringEnumMemberName("visitCancelled")] VisitCancelled,

    /// <summary>会见时段停用，等待处理</summary>
    [JsonStringEnumMemberName("slotBlocked")] SlotBlocked,

    /// <summary>候补名额</summary>
    [JsonStringEnumMemberName("slotOffered")] SlotOffered,

    /// <summary>会见前一日提醒</summary>
    [JsonStringEnumMemberName("visitTomorrow")] VisitTomorrow,

    /// <summary>候见室开放前提醒</summary>
    [JsonStringEnumMemberName("visitSoon")] VisitSoon,
}

/// <summary>What a message says beside its kind.</summary>
/// <param name="From">When the visit, or the place on offer, begins.</param>
/// <param name="OpensAt">From when the waiting room lets the family in.</param>
/// <param name="Until">When an offer ends.</param>
/// <param name="Reason">A code of the decision's own enumeration; null: none, or one that is told on the page only.</param>
public sealed record MessageFacts(Instant? From = null, Instant? OpensAt = null, Instant? Until = null, string? Reason = null);

/// <summary>One message to one family.</summary>
/// <param name="About">Key of the stream whose event it follows from.</param>
/// <param name="Account">The family's; null: a relative whom an officer applied for.</param>
/// <param name="Relatives">Whose addresses serve, the first that has one; empty: any of the account's relatives.</param>
/// <param name="DueAt">Not sent before.</param>
/// <param name="NotAfter">Of no use afterwards: what could not be sent by then is given up.</param>
public sealed record FamilyMessage(
    MessageId Id, MessageKind Kind, string About, string? Account, ImmutableArray<RelativeId> Relatives, MessageFacts Facts, Instant DueAt, Instant NotAfter)
{
    /// <summary>A message that no day is set for is tried for so long.</summary>
    public static readonly Duration TriedFor = Duration.FromDays(2);
}
