using NodaTime;

namespace Correction.Grains.Serialization;

// Orleans has no codec for NodaTime; a missing one fails only at the first call between silos.

/// <summary>An <see cref="Instant"/> on the wire: whole seconds since the Unix epoch, and nanoseconds of the second.</summary>
[GenerateSerializer, Alias("noda.instant")]
public struct InstantSurrogate
{
    [Id(0)]
    public long Seconds { get; set; }

    [Id(1)]
    public int Nanoseconds { get; set; }
}

[RegisterConverter]
public sealed class InstantConverter : IConverter<Instant, InstantSurrogate>
{
    public Instant ConvertFromSurrogate(in InstantSurrogate surrogate) =>
        Instant.FromUnixTimeSeconds(surrogate.Seconds) + Duration.FromNanoseconds(surrogate.Nanoseconds);

    public InstantSurrogate ConvertToSurrogate(in Instant value)
    {
        long seconds = value.ToUnixTimeSeconds();
        return new() { Seconds = seconds, Nanoseconds = (int)(value - Instant.FromUnixTimeSeconds(seconds)).TotalNanoseconds };
    }
}

/// <summary>A <see cref="LocalDate"/> on the wire: days since the Unix epoch.</summary>
[GenerateSerializer, Alias("noda.local_date")]
public struct LocalDateSurrogate
{
    [Id(0)]
    public int Days { get; set; }
}

[RegisterConverter]
public sealed class LocalDateConverter : IConverter<LocalDate, LocalDateSurrogate>
{
    private static readonly LocalDate Epoch = new(1970, 1, 1);

    public LocalDate ConvertFromSurrogate(in LocalDateSurrogate surrogate) => Epoch.PlusDays(surrogate.Days);

    public LocalDateSurrogate ConvertToSurrogate(in LocalDate value) => new() { Days = Period.DaysBetween(Epoch, value) };
}
