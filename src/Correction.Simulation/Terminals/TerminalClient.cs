using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net.Sockets;
using Correction.Gateway.Jt808.Codec;

namespace Correction.Simulation.Terminals;

/// <summary>A message of the platform, as the terminal has it.</summary>
public sealed record PlatformMessage(MessageHeader Header, byte[] Body)
{
    /// <summary>The serial of the terminal's message that this one answers; null where it answers none.</summary>
    public ushort? Answers => Header.Id is MessageIds.PlatformAnswer or MessageIds.Registered ? BinaryPrimitives.ReadUInt16BigEndian(Body) : null;

    /// <summary>The result of a general answer.</summary>
    public AnswerResult Result => (AnswerResult)Body[4];
}

/// <summary>A terminal's side of JT/T 808 over a real connection. One task may write while another reads.</summary>
public sealed class TerminalClient : IAsyncDisposable
{
    private const int RegistrationHead = 3;

    private readonly TcpClient _tcp;
    private readonly PipeReader _input;
    private readonly PipeWriter _output;
    private readonly byte[] _scratch = new byte[FrameReader.ScratchBytes];
    private ushort _serial;

    private TerminalClient(TcpClient tcp, TerminalNumber number)
    {
        (_tcp, Number) = (tcp, number);
        _input = PipeReader.Create(tcp.GetStream());
        _output = PipeWriter.Create(tcp.GetStream());
    }

    public TerminalNumber Number { get; }

    public static async Task<TerminalClient> ConnectAsync(string host, int port, TerminalNumber number, CancellationToken cancellation)
    {
        var tcp = new TcpClient { NoDelay = true };
        try
        {
            await tcp.ConnectAsync(host, port, cancellation);
            return new TerminalClient(tcp, number);
        }
        catch
        {
            tcp.Dispose();
            throw;
        }
    }

    /// <summary>Puts a message into the buffer; <see cref="FlushAsync"/> sends it.</summary>
    /// <returns>Its serial.</returns>
    public ushort Write(ushort id, ReadOnlySpan<byte> body)
    {
        FrameWriter.Write(_output, new MessageHeader(id, Number, ++_serial, Version: 1), body);
        return _serial;
    }

    /// <summary>Puts a long message into the buffer in parts.</summary>
    /// <returns>The serials of its parts.</returns>
    public IReadOnlyList<ushort> WriteInParts(ushort id, byte[] body, int partBytes)
    {
        byte[][] parts = [.. body.Chunk(partBytes)];
        return [.. parts.Select((part, index) => WritePart(id, part, parts.Length, index + 1))];
    }

    public ushort WritePart(ushort id, ReadOnlySpan<byte> part, int parts, int number)
    {
        FrameWriter.Write(_output, new MessageHeader(id, Number, ++_serial, Version: 1, Parts: (ushort)parts, Part: (ushort)number), part);
        return _serial;
    }

    /// <summary>Puts bytes into the buffer as they are.</summary>
    public void WriteRaw(ReadOnlySpan<byte> bytes) => _output.Write(bytes);

    public async Task FlushAsync(CancellationToken cancellation) => await _output.FlushAsync(cancellation);

    /// <summary>The next message of the platform; null when it has closed the connection.</summary>
    public async Task<PlatformMessage?> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            ReadResult read = await _input.ReadAsync(cancellation);
            ReadOnlySequence<byte> buffer = read.Buffer;
            PlatformMessage? message = Take(ref buffer);
            _input.AdvanceTo(buffer.Start, message is null ? buffer.End : buffer.Start);
            if (message is not null || read.IsCompleted)
            {
                return message;
            }
        }
    }

    /// <summary>Sends a message and reads until its answer comes.</summary>
    /// <exception cref="IOException">The platform closed the connection.</exception>
    public async Task<PlatformMessage> AskAsync(ushort id, byte[] body, CancellationToken cancellation)
    {
        ushort serial = Write(id, body);
        await FlushAsync(cancellation);
        while (await ReadAsync(cancellation) is { } message)
        {
            if (message.Answers == serial)
            {
                return message;
            }
        }

        throw new IOException("The platform closed the connection.");
    }

    /// <summary>Registers and authenticates with the code it is given.</summary>
    /// <returns>The code.</returns>
    /// <exception cref="IOException">The platform does not let the terminal in.</exception>
    public async Task<string> SignOnAsync(string model, CancellationToken cancellation)
    {
        PlatformMessage registered = await AskAsync(MessageIds.Register, TerminalMessages.Registration(model, Number.IsLong), cancellation);
        string code = Gbk.Text(registered.Body.AsSpan(RegistrationHead));
        PlatformMessage answer = await AskAsync(MessageIds.Authenticate, TerminalMessages.Authentication(code, Number.IsLong), cancellation);
        return answer.Result == AnswerResult.Success ? code : throw new IOException("The platform does not know the code that it gave.");
    }

    /// <summary>Hangs up. What was written and not flushed is not sent.</summary>
    public async ValueTask DisposeAsync()
    {
        await _output.CompleteAsync(new IOException("The terminal hung up."));
        await _input.CompleteAsync();
        _tcp.Dispose();
    }

    private PlatformMessage? Take(ref ReadOnlySequence<byte> buffer)
    {
        while (true)
        {
            switch (FrameReader.TryRead(ref buffer, _scratch, out Frame frame, out _))
            {
                case FrameFound.Nothing:
                    return null;
                case FrameFound.Message:
                    return new PlatformMessage(frame.Header, frame.Body.ToArray());
            }
        }
    }
}
