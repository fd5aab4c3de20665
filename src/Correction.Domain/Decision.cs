using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Correction.Domain.Law;
using NodaTime;

namespace Correction.Domain;

/// <summary>A fact of one stream. Its wire name stands in <see cref="EventRegistry"/> and never changes.</summary>
public interface IDomainEvent;

/// <summary>What a decision may know beside the state and the command: nothing else is looked up.</summary>
/// <param name="Now">When the decision is taken.</param>
/// <param name="Actor">Who decides.</param>
/// <param name="NewId">Gives ids for what the decision starts; UUIDv7 in service, counted in tests.</param>
public sealed record DecisionContext(Instant Now, Actor Actor, Func<Guid> NewId);

/// <summary>Why a command was not accepted.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RefusalKind>))]
public enum RefusalKind
{
    /// <summary>Not possible in this state (HTTP 409).</summary>
    [JsonStringEnumMemberName("state")] State,

    /// <summary>Against a rule of law or policy (HTTP 422).</summary>
    [JsonStringEnumMemberName("rule")] Rule,

    /// <summary>This actor lacks the power (HTTP 403).</summary>
    [JsonStringEnumMemberName("power")] Power,

    /// <summary>The thing spoken of does not exist (HTTP 404).</summary>
    [JsonStringEnumMemberName("unknown")] Unknown,
}

/// <param name="Code">Stable, camelCase: clients branch on it.</param>
/// <param name="Detail">What to do about it, in plain words; no personal data.</param>
[method: JsonConstructor]
public sealed record Refusal(RefusalKind Kind, string Code, string Detail, ImmutableArray<LegalBasis> Basis)
{
    public Refusal(RefusalKind kind, string code, string detail)
        : this(kind, code, detail, [])
    {
    }
}

/// <summary>Events to append (none: it is already so), each standing on the same legal basis; or a refusal.</summary>
public abstract record Decision<TEvent>
{
    public sealed record Accepted(ImmutableArray<TEvent> Events, ImmutableArray<LegalBasis> Basis) : Decision<TEvent>;

    public sealed record Refused(Refusal Refusal) : Decision<TEvent>;

    public static Decision<TEvent> AlreadySo { get; } = new Accepted([], []);

    public static Decision<TEvent> Accept(TEvent accepted, params ReadOnlySpan<LegalBasis> basis) => new Accepted([accepted], [.. basis]);

    public static Decision<TEvent> Refuse(RefusalKind kind, string code, string detail, params ReadOnlySpan<LegalBasis> basis) =>
        new Refused(new Refusal(kind, code, detail, [.. basis]));
}
