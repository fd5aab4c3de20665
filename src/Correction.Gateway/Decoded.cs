using System.Collections.Immutable;
using Correction.Domain.Location;

namespace Correction.Gateway;

/// <summary>What a codec made of a request: fixes of one device, or what is wrong with it, by field.</summary>
public abstract record Decoded
{
    /// <param name="Fixes">Empty where the message carries no position and needs none.</param>
    public sealed record Report(string DeviceId, ImmutableArray<Fix> Fixes) : Decoded;

    /// <param name="Field">The field as the protocol names it.</param>
    /// <param name="Mend">What to send instead.</param>
    public sealed record Malformed(string Field, string Mend) : Decoded;
}
