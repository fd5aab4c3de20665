using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Correction.Domain;
using Correction.Grains;
using Correction.Server.Accounts;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using NodaTime;
using NodaTime.Text;

namespace Correction.Server.Api;

/// <summary>
/// What every command endpoint shares: who sends it, how a repeat is known, on which version it stands, and how its
/// outcome is told.
/// </summary>
internal sealed class CommandEndpoint(ReceiptReader receipts, EventReader events)
{
    private const int LongestKey = 200;
    private const int SaltBytes = 16;

    /// <summary>The answer to a command.</summary>
    internal sealed record Answer(string Id, long Version, IEnumerable<AnswerEvent> Events);

    internal sealed record AnswerEvent(string Type, string OccurredAt, string? Id);

    /// <summary>A row of personal data with a fresh salt.</summary>
    public static PersonalRecord Personal(string kind, object body) =>
        new(Guid.CreateVersion7(), kind, JsonSerializer.SerializeToElement(body, JsonSerializerOptions.Web), RandomNumberGenerator.GetBytes(SaltBytes));

    /// <summary>
    /// Sends a command and tells its outcome. A repeat of a committed command is answered from its receipt, before
    /// anything is decided again.
    /// </summary>
    /// <param name="id">Whose stream it is, for the answer.</param>
    /// <param name="location">Where the new thing is found; set where the command begins a stream.</param>
    public async Task<IResult> SendAsync(
        HttpContext http, RequestBody body, string id, ImmutableArray<PersonalRecord> personal, Func<CommandEnvelope, Task<CommandOutcome>> send, Func<string, string>? location = null)
    {
        if (!TryReadVersion(http.Request, out long? expected))
        {
            return Problems.Malformed(("If-Match", "The version in quotes, such as \"3\"."));
        }

        Actor actor = http.User.Actor();
        CommandKey? key = Key(http.Request, actor, body);
        if (key is { Id.Length: 0 })
        {
            return Problems.Malformed(("Idempotency-Key", $"1 to {LongestKey} characters."));
        }

        if (key is not null && await receipts.FindAsync(key.Id, http.RequestAborted) is { } before)
        {
            return await RepeatAsync(http, key, before, location);
        }

        CommandOutcome outcome = await send(new CommandEnvelope(actor, key, expected, personal));
        if (outcome is CommandOutcome.Refused or CommandOutcome.Stale && key is not null
            && await receipts.FindAsync(key.Id, http.RequestAborted) is { } twin)
        {
            return await RepeatAsync(http, key, twin, location); // its twin was committed while this one waited
        }

        switch (outcome)
        {
            case CommandOutcome.Done done:
                return Tell(http, new Answer(id, done.Version, done.Events.Select(happened => new AnswerEvent(happened.Type, Iso(happened.OccurredAt), happened.Id))), location);
            case CommandOutcome.Refused refused:
                return Problems.From(refused.Refusal);
            case CommandOutcome.Stale stale:
                return Problems.Stale(stale.Version);
            case CommandOutcome.Repeated repeated when key is not null:
                return await RepeatAsync(http, key, repeated.Receipt, location);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private async Task<IResult> RepeatAsync(HttpContext http, CommandKey key, CommandReceipt receipt, Func<string, string>? location)
    {
        if (receipt.Fingerprint != key.Fingerprint)
        {
            return Problems.Of(StatusCodes.Status422UnprocessableEntity, "idempotencyKeyReused", "This Idempotency-Key was used for another command: take a new one.");
        }

        ImmutableArray<RecordedEvent> stream = await events.ReadStreamAsync(receipt.StreamKey, http.RequestAborted);
        IEnumerable<AnswerEvent> told = stream.Where(happened => happened.Version > receipt.FromVersion && happened.Version <= receipt.ToVersion)
            .Select(happened => new AnswerEvent(happened.Type, Iso(happened.OccurredAt), Begun.By(happened.Data)));
        return Tell(http, new Answer(receipt.StreamKey.Split('/')[1], receipt.ToVersion, told), location);
    }

    private static IResult Tell(HttpContext http, Answer answer, Func<string, string>? location)
    {
        http.Response.Headers.ETag = $"\"{answer.Version}\"";
        return location is null ? TypedResults.Ok(answer) : TypedResults.Created(location(answer.Id), answer);
    }

    private static CommandKey? Key(HttpRequest request, Actor actor, RequestBody body)
    {
        if (!request.Headers.TryGetValue("Idempotency-Key", out var values))
        {
            return null;
        }

        string key = values.ToString();
        return key.Length is > 0 and <= LongestKey
            ? new CommandKey(Hash($"{actor.Account}\n{key}"), Hash($"{request.Method} {request.Path}\n{body.Raw}"))
            : new CommandKey(string.Empty, string.Empty);
    }

    private static bool TryReadVersion(HttpRequest request, out long? version)
    {
        version = null;
        if (!request.Headers.TryGetValue("If-Match", out var values))
        {
            return true;
        }

        bool valid = long.TryParse(values.ToString().Trim('"'), System.Globalization.CultureInfo.InvariantCulture, out long number);
        version = number;
        return valid;
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Iso(Instant instant) => InstantPattern.ExtendedIso.Format(instant);
}
