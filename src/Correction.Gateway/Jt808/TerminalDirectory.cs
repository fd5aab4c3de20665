using System.Collections.Concurrent;
using Correction.Gateway.Jt808.Sessions;
using Correction.Grains;

namespace Correction.Gateway.Jt808;

/// <summary>Which connection of this host speaks for which terminal. The latest wins: the one before may be half open.</summary>
internal sealed class TerminalDirectory : ITerminalHost
{
    private readonly ConcurrentDictionary<string, (TerminalSession Session, Terminal Terminal)> _sessions = new();

    public int Count => _sessions.Count;

    public void Enter(Terminal terminal, TerminalSession session) => _sessions[terminal.DeviceId] = (session, terminal);

    public void Leave(Terminal terminal, TerminalSession session) => _sessions.TryRemove(KeyValuePair.Create(terminal.DeviceId, (session, terminal)));

    public (TerminalSession Session, Terminal Terminal)? Find(string deviceId) =>
        _sessions.TryGetValue(deviceId, out (TerminalSession, Terminal) found) ? found : null;

    public Task Send(string deviceId, TerminalOrder order)
    {
        Find(deviceId)?.Session.Offer(deviceId, order); // where its queue is full, the order is offered again later
        return Task.CompletedTask;
    }
}
