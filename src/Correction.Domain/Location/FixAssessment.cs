using System.Collections.Immutable;
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

    /// <summary>So many jumps in a row that agree with each other show that it was the fix before them that was wrong.</summary>
    public const int AgreeingJumps = 3;

    /// <summary>Assesses a fix of a device.</summary>
    /// <param name="previous">The last usable fix of the same device before it.</param>
    /// <param name="doubted">The jumps since then that agree with each other.</param>
    public static FixUse Assess(Fix fix, Fix? previous, ImmutableArray<Fix> doubted)
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

        bool jump = previous is not null && IsJump(previous, fix)
            && (doubted.Length < AgreeingJumps - 1 || IsJump(doubted[^1], fix));
        return jump ? FixUse.Jump : FixUse.Usable;
    }

    /// <summary>No vehicle gets from the one to the other in the time between, which is a second at least; false where the time runs backwards.</summary>
    public static bool IsJump(Fix previous, Fix fix)
    {
        double seconds = (fix.OccurredAt - previous.OccurredAt).TotalSeconds;
        if (seconds < 0)
        {
            return false;
        }

        double certain = previous.Position.DistanceTo(fix.Position) - (previous.Accuracy ?? 0) - (fix.Accuracy ?? 0);
        return certain / Math.Max(1, seconds) > ImpossibleSpeed;
    }
}
