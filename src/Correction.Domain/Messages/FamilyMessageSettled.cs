using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Correction.Domain.Visits;

namespace Correction.Domain.Messages;

// What became of a message, stream message/{id}: one event when it leaves the outbox. The address does not stand in it.

[JsonConverter(typeof(JsonStringEnumConverter<MessageWay>))]
public enum MessageWay
{
    /// <summary>电子邮件</summary>
    [JsonStringEnumMemberName("email")] Email,

    /// <summary>短信</summary>
    [JsonStringEnumMemberName("sms")] Sms,
}

[JsonConverter(typeof(JsonStringEnumConverter<MessageOutcome>))]
public enum MessageOutcome
{
    /// <summary>已发送：对方服务器已接收</summary>
    [JsonStringEnumMemberName("sent")] Sent,

    /// <summary>对方服务器拒收</summary>
    [JsonStringEnumMemberName("refused")] Refused,

    /// <summary>多次未能发出，已停止</summary>
    [JsonStringEnumMemberName("gaveUp")] GaveUp,

    /// <summary>家属没有留邮箱或者电话</summary>
    [JsonStringEnumMemberName("noAddress")] NoAddress,

    /// <summary>本单位未配置发送渠道</summary>
    [JsonStringEnumMemberName("notConfigured")] NotConfigured,
}

/// <summary>A fact of stream <c>message/{id}</c>.</summary>
public interface IMessageEvent : IDomainEvent;

/// <param name="About">Key of the stream that the message is about.</param>
/// <param name="Jurisdiction">Of the judicial office that serves the family.</param>
/// <param name="Way">Null: no way was tried.</param>
/// <param name="Tries">How often it was handed to a server.</param>
/// <param name="Answer">Codes of the last answer, such as <c>550 5.1.1</c>; its words may hold the address and are not kept.</param>
/// <param name="Text">As it was sent; null: it was not.</param>
public sealed record FamilyMessageSettled(
    MessageId MessageId, MessageKind Kind, string About, string? Account, ImmutableArray<RelativeId> Relatives, string Jurisdiction, MessageOutcome Outcome, MessageWay? Way, int Tries,
    string? Answer, string? Text) : IMessageEvent;
