namespace Correction.Store.Postgres;

/// <summary>The server ended before it was ready; the message holds what it said.</summary>
internal sealed class ClusterStartException(string message) : Exception(message)
{
    /// <summary>Another program took the port between our look and the server's.</summary>
    public bool PortTaken => Message.Contains("could not bind", StringComparison.Ordinal);

    /// <summary>A killed server's children have not noticed yet; they end within moments.</summary>
    public bool RemainsOfKilledServer => Message.Contains("pre-existing shared memory block", StringComparison.Ordinal);
}
