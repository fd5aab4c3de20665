using System.Collections.Immutable;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Law;
using JasperFx.Events;
using NodaTime;
using NodaTime.Text;

namespace Correction.Projections;

/// <summary>
/// What stands beside an event's data, and how: flat strings in Marten's headers. <c>recordedAt</c> is the event's own
/// timestamp.
/// </summary>
public static class EventHeaders
{
    private const string OccurredAtKey = "occurredAt";
    private const string AccountKey = "account";
    private const string RoleKey = "role";
    private const string JurisdictionKey = "jurisdiction";
    private const string BasisKey = "basis";

    private static readonly JsonSerializerOptions BasisForm = new() { Encoder = StoredJson.Characters };

    private static readonly JsonSerializerOptions StoredForm = new(JsonSerializerDefaults.Web) { RespectRequiredConstructorParameters = true };

    public static void Write(IEvent envelope, Instant occurredAt, Actor actor, ImmutableArray<LegalBasis> basis)
    {
        envelope.SetHeader(OccurredAtKey, InstantPattern.ExtendedIso.Format(occurredAt));
        envelope.SetHeader(AccountKey, actor.Account);
        envelope.SetHeader(RoleKey, actor.Role.ToString());
        envelope.SetHeader(JurisdictionKey, actor.Jurisdiction);
        if (basis.Length > 0)
        {
            envelope.SetHeader(BasisKey, JsonSerializer.Serialize(basis, BasisForm));
        }
    }

    /// <summary>All of them at once, from their JSON as it stands in the database.</summary>
    /// <exception cref="JsonException">The event was not written by the Journal.</exception>
    public static (Instant OccurredAt, Actor Actor, ImmutableArray<LegalBasis> Basis) Read(ReadOnlySpan<byte> utf8)
    {
        Stored stored = JsonSerializer.Deserialize<Stored>(utf8, StoredForm)!;
        return (InstantPattern.ExtendedIso.Parse(stored.OccurredAt).Value, new(stored.Account, Enum.Parse<Role>(stored.Role), stored.Jurisdiction), Basis(stored.Basis));
    }

    /// <exception cref="FormatException">The event was not written by the Journal.</exception>
    public static Instant OccurredAt(IEvent envelope) => envelope.GetHeader(OccurredAtKey) switch
    {
        DateTime stored => Instant.FromDateTimeUtc(stored.ToUniversalTime()), // the JSON reader takes what looks like a time for one
        DateTimeOffset stored => Instant.FromDateTimeOffset(stored),
        { } text => InstantPattern.ExtendedIso.Parse(text.ToString()!).Value,
        null => throw new FormatException($"Event {envelope.Sequence} has no header '{OccurredAtKey}'."),
    };

    public static Instant RecordedAt(IEvent envelope) => Instant.FromDateTimeOffset(envelope.Timestamp);

    public static Actor Actor(IEvent envelope) =>
        new(Text(envelope, AccountKey), Enum.Parse<Role>(Text(envelope, RoleKey)), Text(envelope, JurisdictionKey));

    public static ImmutableArray<LegalBasis> Basis(IEvent envelope) => Basis(envelope.GetHeader(BasisKey)?.ToString());

    private static ImmutableArray<LegalBasis> Basis(string? json) => json is null ? [] : JsonSerializer.Deserialize<ImmutableArray<LegalBasis>>(json);

    private static string Text(IEvent envelope, string key) =>
        envelope.GetHeader(key)?.ToString() ?? throw new FormatException($"Event {envelope.Sequence} has no header '{key}'.");

    private sealed record Stored(string OccurredAt, string Account, string Role, string Jurisdiction, string? Basis = null);
}
