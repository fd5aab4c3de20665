using Correction.Domain.Messages;

namespace Correction.Server.Messages;

/// <summary>One message on its way to one address.</summary>
/// <param name="To">As the family gave it: personal data, never in a log line or an answer.</param>
internal sealed record Letter(MessageId Id, string To, string Subject, string Text);

/// <summary>What the server at the other end made of a letter. Answers are codes: words of a server may hold the address.</summary>
internal abstract record CarrierAnswer
{
    /// <summary>It takes over from here.</summary>
    public sealed record Taken : CarrierAnswer;

    /// <summary>Never, to this address or with this content: trying again is of no use.</summary>
    public sealed record Refused(string Answer) : CarrierAnswer;

    /// <summary>Not now, or it cannot be reached: try again later.</summary>
    public sealed record NotNow(string Answer) : CarrierAnswer;
}

/// <summary>
/// A way by which messages reach families. A letter may be handed over twice, after a crash: the carrier MUST pass on the
/// letter's id, so that whoever receives it can tell a repeat. Safe for concurrent callers.
/// </summary>
internal interface IMessageCarrier
{
    MessageWay Way { get; }

    /// <summary>Hands the letter over; answers within a minute and does not throw where the server fails.</summary>
    Task<CarrierAnswer> SendAsync(Letter letter, CancellationToken cancellation);
}
