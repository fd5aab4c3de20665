using System.Diagnostics;
using Correction.Domain.Devices;
using Correction.Gateway.Jt808.Codec;
using Correction.Grains;

namespace Correction.Gateway.Jt808.Sessions;

/// <summary>The domain's instructions as messages of the protocol.</summary>
internal static class Instructions
{
    public static (ushort Id, byte[] Body) Encode(TerminalOrder order, bool edition2019) => order.Instruction.Kind switch
    {
        InstructionKind.ReportInterval => (MessageIds.SetParameters, PlatformBodies.SetReportInterval((uint)(order.Instruction.IntervalSeconds ?? 0))),
        InstructionKind.LocateNow => (MessageIds.QueryLocation, []),
        InstructionKind.Track => (
            MessageIds.TrackTemporarily,
            PlatformBodies.Track((ushort)(order.Instruction.IntervalSeconds ?? 0), (uint)(order.Instruction.ForSeconds ?? 0))),
        InstructionKind.Text => (MessageIds.Text, PlatformBodies.Text(order.Text ?? string.Empty, edition2019)),
        _ => throw new UnreachableException(),
    };
}
