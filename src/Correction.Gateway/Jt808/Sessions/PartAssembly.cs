using Correction.Gateway.Jt808.Codec;

namespace Correction.Gateway.Jt808.Sessions;

/// <summary>
/// Joins the parts of long messages of one connection. Bounded: a few messages at a time, each of limited parts; the
/// oldest incomplete one gives way. Not thread-safe.
/// </summary>
internal sealed class PartAssembly
{
    private const int MostOpen = 4;
    private const int MostParts = 64;

    private readonly List<Whole> _open = [];

    /// <summary>
    /// The whole message once its last part is there; a gap when the last part comes and others have not; null while there
    /// is nothing to do, also for a message of too many parts.
    /// </summary>
    public Inbound? Take(in MessageHeader header, ReadOnlySpan<byte> body)
    {
        if (header.Parts > MostParts)
        {
            return null;
        }

        Whole whole = Find(header);
        whole.Bodies[header.Part - 1] = body.ToArray();
        whole.Headers[header.Part - 1] = header;
        if (whole.Bodies.All(part => part is not null))
        {
            _open.Remove(whole);
            return new Inbound.Message(header with { Parts = 0, Part = 0 }, [.. whole.Bodies.SelectMany(part => part!)], whole.Headers);
        }

        return header.Part == header.Parts ? new Inbound.Gap(header, whole.FirstSerial, whole.Missing) : null;
    }

    private Whole Find(in MessageHeader header)
    {
        ushort first = (ushort)(header.Serial - (header.Part - 1)); // parts are numbered in one run
        foreach (Whole open in _open)
        {
            if (open.FirstSerial == first && open.Id == header.Id && open.Terminal == header.Terminal && open.Bodies.Length == header.Parts)
            {
                return open;
            }
        }

        if (_open.Count == MostOpen)
        {
            _open.RemoveAt(0);
        }

        var whole = new Whole(header.Terminal, header.Id, first, header.Parts);
        _open.Add(whole);
        return whole;
    }

    private sealed class Whole(TerminalNumber terminal, ushort id, ushort firstSerial, int parts)
    {
        public TerminalNumber Terminal { get; } = terminal;

        public ushort Id { get; } = id;

        public ushort FirstSerial { get; } = firstSerial;

        public byte[]?[] Bodies { get; } = new byte[]?[parts];

        public MessageHeader[] Headers { get; } = new MessageHeader[parts];

        public IReadOnlyList<ushort> Missing =>
            [.. Enumerable.Range(1, Bodies.Length).Where(number => Bodies[number - 1] is null).Select(number => (ushort)number)];
    }
}
