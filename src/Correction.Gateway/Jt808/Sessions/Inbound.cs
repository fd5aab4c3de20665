using Correction.Gateway.Jt808.Codec;
using Correction.Grains;

namespace Correction.Gateway.Jt808.Sessions;

/// <summary>What waits in a session to be dealt with in order.</summary>
internal abstract record Inbound
{
    /// <param name="Parts">The headers of all its parts where it came in parts: each is answered.</param>
    public sealed record Message(MessageHeader Header, byte[] Body, MessageHeader[]? Parts = null) : Inbound;

    /// <summary>The parts of a long message that did not come.</summary>
    public sealed record Gap(MessageHeader Header, ushort FirstSerial, IReadOnlyList<ushort> Missing) : Inbound;

    /// <summary>A command to the device.</summary>
    public sealed record Order(string DeviceId, TerminalOrder Command) : Inbound;
}
