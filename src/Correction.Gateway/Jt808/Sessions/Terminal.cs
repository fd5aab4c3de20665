using Correction.Domain;
using Correction.Gateway.Jt808.Codec;
using Correction.Gateway.Jt808.Devices;

namespace Correction.Gateway.Jt808.Sessions;

/// <summary>One terminal as a session knows it. A forwarder may speak for several on one connection.</summary>
internal sealed class Terminal(TerminalNumber number, string deviceId, byte version)
{
    /// <summary>Commands whose answers are awaited, at most; the oldest gives way.</summary>
    private const int MostAwaited = 32;

    private readonly Queue<(ushort Serial, DeviceCommandId Command)> _awaited = new();

    public TerminalNumber Number { get; } = number;

    public string DeviceId { get; } = deviceId;

    /// <summary>Protocol version of its 2019 header.</summary>
    public byte Version { get; } = version;

    public required DeviceModel Model { get; set; }

    /// <summary>A code was given to it, in this connection or before.</summary>
    public bool HasCode { get; set; }

    public bool Authenticated { get; set; }

    /// <summary>The code that it was given in this connection: a repeated registration gets the same.</summary>
    public string? Code { get; set; }

    /// <summary>Its last position report, for whoever wants to see what else it says.</summary>
    public byte[]? LastReport { get; set; }

    public void Await(ushort serial, DeviceCommandId command)
    {
        if (_awaited.Count == MostAwaited)
        {
            _awaited.Dequeue();
        }

        _awaited.Enqueue((serial, command));
    }

    public bool Awaits(DeviceCommandId command) => _awaited.Any(awaited => awaited.Command == command);

    /// <summary>The command that our message of this serial carried; null where it carried none.</summary>
    public DeviceCommandId? Answered(ushort serial)
    {
        for (int left = _awaited.Count; left > 0; left--)
        {
            (ushort Serial, DeviceCommandId Command) awaited = _awaited.Dequeue();
            if (awaited.Serial == serial)
            {
                return awaited.Command;
            }

            _awaited.Enqueue(awaited);
        }

        return null;
    }
}
