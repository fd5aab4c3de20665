namespace Correction.Gateway.Jt808.Codec;

/// <summary>Message ids of JT/T 808 that this gateway reads or sends; terminal's below 0x8000, platform's above.</summary>
public static class MessageIds
{
    public const ushort TerminalAnswer = 0x0001;
    public const ushort Heartbeat = 0x0002;
    public const ushort Logout = 0x0003;
    public const ushort Register = 0x0100;
    public const ushort Authenticate = 0x0102;
    public const ushort QueryTimeOf2019 = 0x0004;

    /// <summary>Makers asked for the time with this one before the edition of 2019 had 0x0004.</summary>
    public const ushort QueryTime = 0x0109;
    public const ushort Location = 0x0200;
    public const ushort LocationAnswer = 0x0201;
    public const ushort LocationBatch = 0x0704;

    /// <summary>A maker's own; body and header are not the standard's.</summary>
    public const ushort SleepReport = 0x5501;
    public const ushort SleepReportWithoutPosition = 0x5502;

    public const ushort PlatformAnswer = 0x8001;
    public const ushort ResendParts = 0x8003;
    public const ushort Time = 0x8109;
    public const ushort TimeOf2019 = 0x8004;
    public const ushort Registered = 0x8100;
    public const ushort SetParameters = 0x8103;
    public const ushort QueryLocation = 0x8201;
    public const ushort TrackTemporarily = 0x8202;
    public const ushort Text = 0x8300;
}
