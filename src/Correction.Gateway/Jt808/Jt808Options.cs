using Microsoft.Extensions.Configuration;

namespace Correction.Gateway.Jt808;

/// <summary>Bounds of the JT/T 808 gateway; section <c>Gateway:Jt808</c>.</summary>
public sealed record Jt808Options
{
    /// <summary>Connections that may be open at once.</summary>
    public int MaxConnections { get; init; } = 50_000;

    /// <summary>Connections from one address; carriers put many terminals behind one.</summary>
    public int MaxConnectionsPerAddress { get; init; } = 5_000;

    /// <summary>
    /// A connection that says nothing for so long is half open and is closed: five heartbeats of a terminal that beats
    /// once a minute.
    /// </summary>
    public int IdleSeconds { get; init; } = 300;

    /// <summary>Messages of one connection that may wait for their commit; beyond it, nothing is read from its socket.</summary>
    public int MessagesInFlight { get; init; } = 64;

    /// <summary>
    /// A terminal that was never given a code is believed without one: there are terminals that skip registration. Set, it
    /// is not: its reports go to quarantine.
    /// </summary>
    public bool RequireAuthentication { get; init; }

    public static Jt808Options From(IConfiguration configuration) => configuration.GetSection("Gateway:Jt808").Get<Jt808Options>() ?? new();
}
