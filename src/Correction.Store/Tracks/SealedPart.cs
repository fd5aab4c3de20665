using System.Security.Cryptography;
using Correction.Domain;
using Correction.Domain.Tracks;
using Correction.Store.Journaling;
using NodaTime;

namespace Correction.Store.Tracks;

/// <summary>A part of a day as it is sealed: its bytes and their salt stand in the table, their hash in the event.</summary>
public sealed record SealedPart(TrackSealed Event, byte[] Salt, byte[] Bytes)
{
    private const int SaltBytes = 16;

    public static SealedPart Of(TrackRecorded packed, Instant now)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltBytes), bytes = TrackSerializer.Write(packed);
        var reference = new ForgettableRef(Guid.CreateVersion7(now.ToDateTimeOffset()), PersonalHash.Of(salt, bytes));
        return new(new TrackSealed(packed.SubjectId, packed.Date, packed.Count, packed.From, packed.To, packed.Devices, reference), salt, bytes);
    }
}
