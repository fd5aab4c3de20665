namespace Correction.Domain.Devices;

// Registration of a terminal (终端注册, JT/T 808 0x0100): what it says of itself, and the code that it must show from then
// on (终端鉴权, 0x0102). Only the code's hash is kept; each registration replaces the code of the one before.

/// <param name="CodeHash">SHA-256 of the code that it is given, lower-case hex; the code is random, so no salt is needed.</param>
public sealed record RegisterTerminal(string Maker, string Model, string TerminalId, string CodeHash) : DeviceCommand;

/// <param name="Model">As the terminal writes it; a gateway knows by it how to read the terminal's messages.</param>
public sealed record TerminalRegistered(string Maker, string Model, string TerminalId, string CodeHash) : IDeviceEvent;

internal static class TerminalRegistration
{
    public static Decision<IDeviceEvent> Decide(DeviceState state, RegisterTerminal command)
    {
        var registered = new TerminalRegistered(command.Maker, command.Model, command.TerminalId, command.CodeHash);
        return state.Terminal == registered ? Decision<IDeviceEvent>.AlreadySo : Decision<IDeviceEvent>.Accept(registered);
    }
}
