using System.Collections.Immutable;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Law;
using Correction.Domain.Location;
using Correction.Domain.Messages;
using NodaTime;

namespace Correction.Store.Journaling;

/// <summary>
/// What one decision makes durable: all of it or nothing. The Journal commits many entries in one transaction.
/// </summary>
public sealed record JournalEntry
{
    public ImmutableArray<StreamAppend> Streams { get; init; } = [];

    /// <summary>Personal data that the events refer to.</summary>
    public ImmutableArray<PersonalRecord> Personal { get; init; } = [];

    /// <summary>Fixes for the inbox, of <see cref="Subject"/>.</summary>
    public ImmutableArray<Fix> Fixes { get; init; } = [];

    /// <summary>Whose fixes; needed where there are any.</summary>
    public SubjectId? Subject { get; init; }

    /// <summary>When to look at a stream next; a stream that is not named keeps its deadline.</summary>
    public ImmutableArray<Deadline> Deadlines { get; init; } = [];

    /// <summary>What families are told because of the events.</summary>
    public ImmutableArray<FamilyMessage> Messages { get; init; } = [];

    /// <summary>Keys of streams whose messages that are not due yet are withdrawn.</summary>
    public ImmutableArray<string> RemindersEnded { get; init; } = [];

    /// <summary>Fixes of a device that is nobody's.</summary>
    public ImmutableArray<Fix> Quarantined { get; init; } = [];

    /// <summary>The command behind the entry, where its sender may repeat it.</summary>
    public CommandKey? Command { get; init; }

    /// <summary>
    /// Of commands that the entry carries out together, where their sender may repeat them. Unlike <see cref="Command"/> they
    /// are not judged: who decided must know a repeat again.
    /// </summary>
    public ImmutableArray<CommandReceipt> Receipts { get; init; } = [];

    /// <summary>Fixes and nothing else: what most entries are.</summary>
    internal bool HasOnlyFixes =>
        !Fixes.IsEmpty && Streams.IsEmpty && Personal.IsEmpty && Deadlines.IsEmpty && Messages.IsEmpty && RemindersEnded.IsEmpty && Quarantined.IsEmpty && Command is null && Receipts.IsEmpty;
}

/// <summary>Identity of a command that its sender may repeat.</summary>
/// <param name="Id">Account and <c>Idempotency-Key</c>, hashed.</param>
/// <param name="Fingerprint">Hash of what was asked: the same id with another content is an error.</param>
public sealed record CommandKey(string Id, string Fingerprint);

/// <param name="ExpectedVersion">Version of the stream before the append; 0 begins it.</param>
/// <param name="Events">None: the stream must stand at that version, and a command that found it so is remembered.</param>
public sealed record StreamAppend(string Key, long ExpectedVersion, ImmutableArray<NewEvent> Events);

/// <summary>When the grain of a stream is asked to look, whether or not anything happens before.</summary>
/// <param name="LookAt">Null: nothing can fall due any more.</param>
public sealed record Deadline(string StreamKey, Instant? LookAt);

/// <summary>An event with what is kept beside it.</summary>
/// <param name="OccurredAt">When it happened; when we learned it, the Journal stamps.</param>
public sealed record NewEvent(IDomainEvent Data, Instant OccurredAt, Actor Actor, ImmutableArray<LegalBasis> Basis);

/// <summary>One immutable row of personal data; an event holds only its <see cref="ForgettableRef"/>.</summary>
/// <param name="Kind"><c>person</c> or <c>note</c>.</param>
public sealed record PersonalRecord(Guid Id, string Kind, JsonElement Body, byte[] Salt)
{
    public ForgettableRef Reference => new(Id, PersonalHash.Of(Salt, Body));
}

/// <summary>How an entry ended. Whatever it says is durable.</summary>
public abstract record CommitResult
{
    /// <summary>All of it is stored.</summary>
    public sealed record Committed(Instant RecordedAt) : CommitResult;

    /// <summary>This command was committed before; nothing was stored now.</summary>
    public sealed record Repeated(CommandReceipt Receipt) : CommitResult;

    /// <summary>Somebody else wrote to the stream: nothing was stored. Reload, decide again.</summary>
    public sealed record Conflict(string StreamKey) : CommitResult;
}

/// <summary>What a command led to, kept so that a repeat gets the same answer.</summary>
/// <param name="FromVersion">Version before; equal to <paramref name="ToVersion"/> where it appended nothing.</param>
public sealed record CommandReceipt(string CommandId, string Fingerprint, string StreamKey, long FromVersion, long ToVersion);
