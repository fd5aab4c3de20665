using System.Buffers.Binary;

namespace Correction.Gateway.Jt808.Codec;

/// <summary>Body of 0x0704: reports that were kept while there was no network, or sent together; each with its length.</summary>
public readonly ref struct LocationBatch
{
    private const int HeadBytes = 3;

    private readonly ReadOnlySpan<byte> _bytes;

    private LocationBatch(ReadOnlySpan<byte> body)
    {
        Declared = BinaryPrimitives.ReadUInt16BigEndian(body);
        Buffered = body[2] == 1;
        _bytes = body[HeadBytes..];
    }

    /// <summary>How many reports the terminal says there are.</summary>
    public ushort Declared { get; }

    /// <summary>Kept while there was no network (补报).</summary>
    public bool Buffered { get; }

    public static bool TryRead(ReadOnlySpan<byte> body, out LocationBatch batch)
    {
        batch = body.Length < HeadBytes ? default : new LocationBatch(body);
        return body.Length >= HeadBytes;
    }

    public Enumerator GetEnumerator() => new(_bytes);

    /// <summary>The bodies, until one is longer than what is left.</summary>
    public ref struct Enumerator(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        public ReadOnlySpan<byte> Current { get; private set; }

        public bool MoveNext()
        {
            if (_rest.Length < 2)
            {
                return false;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(_rest);
            if (_rest.Length < 2 + length)
            {
                return false;
            }

            Current = _rest.Slice(2, length);
            _rest = _rest[(2 + length)..];
            return true;
        }
    }
}
