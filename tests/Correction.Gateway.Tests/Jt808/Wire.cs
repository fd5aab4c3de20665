using System.Buffers;
using Correction.Gateway.Jt808.Codec;

namespace Correction.Gateway.Tests.Jt808;

/// <summary>A message as a test can keep it, and streams in chunks.</summary>
internal sealed record Message(MessageHeader Header, byte[] Body);

internal static class Wire
{
    public static byte[] Frame(MessageHeader header, ReadOnlySpan<byte> body)
    {
        var output = new ArrayBufferWriter<byte>();
        FrameWriter.Write(output, header, body);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads a stream that comes in chunks, as a connection does: what is left of one chunk goes before the next.</summary>
    public static (List<Message> Messages, List<FrameDefect> Defects) Read(byte[] stream, IEnumerable<int> chunkSizes)
    {
        var messages = new List<Message>();
        var defects = new List<FrameDefect>();
        byte[] scratch = new byte[FrameReader.ScratchBytes];
        int at = 0;
        byte[] left = [];
        using IEnumerator<int> sizes = chunkSizes.GetEnumerator();
        while (at < stream.Length)
        {
            int size = sizes.MoveNext() ? Math.Min(sizes.Current, stream.Length - at) : stream.Length - at;
            ReadOnlySequence<byte> buffer = Join(left, stream.AsMemory(at, size));
            at += size;
            while (FrameReader.TryRead(ref buffer, scratch, out Frame frame, out FrameDefect defect) is var found and not FrameFound.Nothing)
            {
                if (found == FrameFound.Message)
                {
                    messages.Add(new Message(frame.Header, frame.Body.ToArray()));
                }
                else
                {
                    defects.Add(defect);
                }
            }

            left = buffer.ToArray();
        }

        return (messages, defects);
    }

    public static IEnumerable<int> Chunks(int seed)
    {
#pragma warning disable RS0030 // seeded: the run can be repeated
        var random = new Random(seed);
#pragma warning restore RS0030
        while (true)
        {
            yield return random.Next(1, 40);
        }
    }

    private static ReadOnlySequence<byte> Join(byte[] first, ReadOnlyMemory<byte> second)
    {
        var head = new Segment(first, 0);
        var tail = new Segment(second, first.Length);
        head.Follow(tail);
        return new ReadOnlySequence<byte>(head, 0, tail, second.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long index) => (Memory, RunningIndex) = (memory, index);

        public void Follow(Segment next) => Next = next;
    }
}
