using NodaTime;

namespace Correction.Store.Reading;

/// <summary>From when one looks at the record, by both its times.</summary>
/// <param name="AsOf">Only what had occurred by then; null: whatever occurred.</param>
/// <param name="KnownAt">Only what was recorded by then; null: whatever is recorded.</param>
public readonly record struct ViewTime(Instant? AsOf, Instant? KnownAt)
{
    /// <summary>All that is recorded.</summary>
    public static ViewTime Now => default;

    public bool IsNow => AsOf is null && KnownAt is null;

    public bool Shows(Instant occurredAt, Instant recordedAt) =>
        (AsOf is not { } occurred || occurredAt <= occurred) && (KnownAt is not { } known || recordedAt <= known);

    public bool Shows(RecordedEvent happened) => Shows(happened.OccurredAt, happened.RecordedAt);
}
