using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Correction.Domain;
using Correction.Grains;
using Correction.Server.Accounts;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using Microsoft.AspNetCore.Http.HttpResults;
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

    /// <summary>An id for what a command begins: of a command that may be repeated always the same, also while the first is under way.</summary>
    public static Guid NewId(HttpContext http)
    {
        string key = http.Request.Headers["Idempotency-Key"].ToString();
        return key.Length == 0 ? Guid.CreateVersion7() : IdOf(http, key);
    }

    /// <summary>The id that this account's request with this key begins; nobody can aim it at what another began.</summary>
    public static Guid IdOf(HttpContext http, string key) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{http.User.Actor().Account}\n{http.Request.Path}\n{key}")).AsSpan(0, 16));

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

        IResult told = await TellAsync(http, body, id, part: null, expected, personal, send, begins: location is not null);
        if (told is not Ok<Answer> { Value: { } answer })
        {
            return told;
        }

        http.Response.Headers.ETag = $"\"{answer.Version}\"";
        return location is null ? told : TypedResults.Created(location(answer.Id), answer);
    }

    /// <summary>
    /// Sends one of the many commands of one request. Each is known by a key of its own, derived from the request's: a
    /// repeat carries out what the first try did not reach, and tells the rest.
    /// </summary>
    public Task<IResult> SendPartAsync(
        HttpContext http, RequestBody body, string id, ImmutableArray<PersonalRecord> personal, Func<CommandEnvelope, Task<CommandOutcome>> send) =>
        TellAsync(http, body, id, part: id, expected: null, personal, send);

    private async Task<IResult> TellAsync(
        HttpContext http, RequestBody body, string id, string? part, long? expected, ImmutableArray<PersonalRecord> personal, Func<CommandEnvelope, Task<CommandOutcome>> send,
        bool begins = false)
    {
        Actor actor = http.User.Actor();
        CommandKey? key = Key(http.Request, actor, body, part);
        if (key is { Id.Length: 0 })
        {
            return Problems.Malformed(("Idempotency-Key", $"1 to {LongestKey} characters."));
        }

        if (key is not null && await receipts.FindAsync(key.Id, http.RequestAborted) is { } before)
        {
            return await RepeatAsync(key, before, begins ? null : id, http.RequestAborted);
        }

        CommandOutcome outcome = await send(new CommandEnvelope(actor, key, expected, personal));
        if (outcome is CommandOutcome.Refused or CommandOutcome.Stale && key is not null
            && await receipts.FindAsync(key.Id, http.RequestAborted) is { } twin)
        {
            return await RepeatAsync(key, twin, begins ? null : id, http.RequestAborted); // its twin was committed while this one waited
        }

        return outcome switch
        {
            CommandOutcome.Done done => TypedResults.Ok(
                new Answer(id, done.Version, done.Events.Select(happened => new AnswerEvent(happened.Type, Iso(happened.OccurredAt), happened.Id)))),
            CommandOutcome.Refused refused => Problems.From(refused.Refusal),
            CommandOutcome.Stale stale => Problems.Stale(stale.Version),
            CommandOutcome.Repeated repeated when key is not null => await RepeatAsync(key, repeated.Receipt, begins ? null : id, http.RequestAborted),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <param name="id">Null: whose stream the first one began.</param>
    private async Task<IResult> RepeatAsync(CommandKey key, CommandReceipt receipt, string? id, CancellationToken cancellation)
    {
        if (receipt.Fingerprint != key.Fingerprint)
        {
            return Problems.KeyReused();
        }

        ImmutableArray<RecordedEvent> stream = await events.ReadStreamAsync(receipt.StreamKey, cancellation);
        IEnumerable<AnswerEvent> told = stream.Where(happened => happened.Version > receipt.FromVersion && happened.Version <= receipt.ToVersion)
            .Select(happened => new AnswerEvent(happened.Type, Iso(happened.OccurredAt), Begun.By(happened.Data)));
        return TypedResults.Ok(new Answer(id ?? StreamKeys.Parse(receipt.StreamKey).Id, receipt.ToVersion, told));
    }

    private static CommandKey? Key(HttpRequest request, Actor actor, RequestBody body, string? part)
    {
        if (!request.Headers.TryGetValue("Idempotency-Key", out var values))
        {
            return null;
        }

        string key = values.ToString();
        return key.Length is > 0 and <= LongestKey
            ? new CommandKey(Hash(part is null ? $"{actor.Account}\n{key}" : $"{actor.Account}\n{key}\n{part}"), Hash($"{request.Method} {request.Path}\n{body.Raw}"))
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
