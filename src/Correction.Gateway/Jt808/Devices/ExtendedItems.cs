using System.Buffers.Binary;

namespace Correction.Gateway.Jt808.Devices;

/// <summary>What makers pack into item 0xEB: length of type and value in two bytes, type in two, value.</summary>
internal readonly ref struct ExtendedItems(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public Enumerator GetEnumerator() => new(_bytes);

    /// <summary>Goes through the items until one is longer than what is left.</summary>
    public ref struct Enumerator(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        public ExtendedItem Current { get; private set; }

        public bool MoveNext()
        {
            if (_rest.Length < 4)
            {
                return false;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(_rest);
            if (length < 2 || _rest.Length < 2 + length)
            {
                return false;
            }

            Current = new ExtendedItem(BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]), _rest.Slice(4, length - 2));
            _rest = _rest[(2 + length)..];
            return true;
        }
    }
}

internal readonly ref struct ExtendedItem(ushort type, ReadOnlySpan<byte> value)
{
    public ushort Type { get; } = type;

    public ReadOnlySpan<byte> Value { get; } = value;
}
