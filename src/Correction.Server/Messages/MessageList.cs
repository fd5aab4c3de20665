using System.Security.Claims;
using Correction.Domain;
using Correction.Domain.Messages;
using Correction.Server.Accounts;
using Correction.Server.Api;
using Correction.Store.Messages;
using NodaTime;

namespace Correction.Server.Messages;

/// <summary>A message as API and pages show it.</summary>
/// <param name="About">Key of the stream it is about.</param>
/// <param name="Text">What it says, in the reader's language.</param>
/// <param name="SentText">As it was sent; null: it was not.</param>
/// <param name="State"><c>waiting</c>, or what became of it.</param>
/// <param name="Answer">Codes of the last answer of the server.</param>
/// <param name="NextTryAt">While it waits.</param>
public sealed record MessageView(
    string Id, MessageKind Kind, string About, string? Account, string Text, string? SentText, Instant DueAt, string State, MessageWay? Way, int Tries, string? Answer, Instant? NextTryAt, Instant? SettledAt);

/// <summary>
/// Reads messages for API and pages alike. A family sees its own, whoever else is party to a visit or a relative's application
/// all of them. They hold no personal data: a look at them is none at a person's.
/// </summary>
internal sealed class MessageList(MessageOutbox outbox, MessageTexts texts, IClock clock)
{
    public const string Waiting = "waiting";

    /// <summary>What was due so far about a stream that the reader is party to, the latest first.</summary>
    public async Task<MessageView[]> AboutAsync(ClaimsPrincipal reader, string streamKey, CancellationToken cancellation)
    {
        Actor actor = reader.Actor();
        return [.. (await outbox.AboutAsync(streamKey, actor.Role == Role.Family ? actor.Account : null, clock.GetCurrentInstant(), cancellation)).Select(View)];
    }

    /// <summary>What was due so far for the reader's own account, the latest first.</summary>
    public async Task<MessageView[]> OwnAsync(ClaimsPrincipal reader, CancellationToken cancellation) =>
        [.. (await outbox.ForAsync(reader.Actor().Account, clock.GetCurrentInstant(), cancellation)).Select(View)];

    private MessageView View(OutboxMessage known) => new(
        known.Message.Id.ToString(), known.Message.Kind, known.Message.About, known.Message.Account, texts.Body(known.Message), known.Text, known.Message.DueAt,
        known.Outcome is { } outcome ? WireNames<MessageOutcome>.Of(outcome) : Waiting, known.Way, known.Tries, known.Answer, known.NextTryAt, known.SettledAt);
}
