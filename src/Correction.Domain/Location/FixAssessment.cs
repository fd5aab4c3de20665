using NodaTime;

namespace Correction.Domain.Location;

/// <summary>Says of a fix whether it may decide anything. Nothing is dropped: the answer is stored with the fix.</summary>
public static class FixAssessment
{
    /// <summary>Device clocks run ahead a little; more than this is a wrong clock.</summary>
    public static readonly Duration FutureAllowance = Duration.FromMinutes(2);

    /// <summary>
    /// Metres per second above which a move is no travel: above the fastest scheduled train (about 97 m/s), below an
    /// airliner, which no subject boards without leave.
    /// </summary>
    public const double ImpossibleSpeed = 120;

    /// <summary>Metres: beyond this the error circle covers a town.</summary>
    public const double WorstAccuracy = 2_000;

    /// <summary>Assesses a fix against the last usable one before it.</summary>
    public static FixUse Assess(Fix fix, Fix? previous)
    {
        if (fix.Use != FixUse.Usable)
        {
            return fix.Use;
        }

        if (fix.OccurredAt > fix.ReceivedAt + FutureAllowance)
        {
            return FixUse.Future;
        }

        if (fix.Accuracy > WorstAccuracy)
        {
            return FixUse.Inaccurate;
        }

        return previous is not null && IsJump(previous, fix) ? FixUse.Jump : FixUse.Usable;
    }

    private static bool IsJump(Fix previous, Fix fix)
    {
        double seconds = (fix.OccurredAt - previous.OccurredAt).TotalSeconds;
        if (seconds <= 0 || fix.DeviceId != previous.DeviceId)
        {
            return false; // a late fix, or another device: its own predecessor is not at hand
        }

        double certain = previous.Position.DistanceTo(fix.Position) - (previous.Accuracy ?? 0) - (fix.Accuracy ?? 0);
        return certain / Math.Max(1, seconds) > ImpossibleSpeed;
    }
}
