namespace Correction.Grains.Rooms;

/// <summary>What the room asks of the visit.</summary>
public enum RoomWish
{
    None,

    /// <summary>Supervision stands and both are there: the clock may run.</summary>
    Start,

    /// <summary>What was lost is back.</summary>
    Resume,

    /// <summary>The family is gone.</summary>
    InterruptFamily,

    /// <summary>The prison is gone, or supervision: nothing is recorded any more.</summary>
    InterruptNetwork,
}
