using System.Buffers.Binary;

namespace Correction.Ledger;

/// <summary>Leaves one after another, each led by its length in two bytes, big-endian (C2SP tlog-tiles, log entries).</summary>
public static class EntryBundle
{
    /// <summary>The longest leaf that this form carries, in bytes.</summary>
    public const int LongestEntry = ushort.MaxValue;

    public static byte[] Write(IEnumerable<byte[]> entries)
    {
        using var bundle = new MemoryStream();
        Span<byte> length = stackalloc byte[sizeof(ushort)];
        foreach (byte[] entry in entries)
        {
            BinaryPrimitives.WriteUInt16BigEndian(length, checked((ushort)entry.Length));
            bundle.Write(length);
            bundle.Write(entry);
        }

        return bundle.ToArray();
    }

    /// <summary>The leaves of a bundle; what an end that was cut off leaves is the last of them.</summary>
    public static IReadOnlyList<byte[]> Read(ReadOnlySpan<byte> bundle)
    {
        var entries = new List<byte[]>();
        while (bundle.Length >= sizeof(ushort))
        {
            int length = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(bundle), bundle.Length - sizeof(ushort));
            entries.Add(bundle.Slice(sizeof(ushort), length).ToArray());
            bundle = bundle[(sizeof(ushort) + length)..];
        }

        return entries;
    }
}
