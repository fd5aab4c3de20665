using NodaTime;

namespace Correction.Testing;

/// <summary>Stands still until a test sets it.</summary>
public sealed class SetClock(Instant now) : IClock
{
    public Instant Now { get; set; } = now;

    public Instant GetCurrentInstant() => Now;
}
