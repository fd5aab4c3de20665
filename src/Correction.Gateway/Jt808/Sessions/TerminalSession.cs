using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Threading.Channels;
using Correction.Gateway.Jt808.Codec;
using Correction.Grains;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Correction.Gateway.Jt808.Sessions;

/// <summary>
/// One connection. One loop reads messages from the socket into a bounded queue, the other deals with them in order and
/// answers. All that wait are dealt with together, so that a terminal's commit latency is paid once for many messages;
/// when the queue is full, nothing more is read and TCP slows the terminal down.
/// </summary>
internal sealed partial class TerminalSession
{
    private readonly ConnectionContext _connection;
    private readonly SessionServices _services;
    private readonly Channel<Inbound> _inbox;
    private readonly SessionConversation _conversation;
    private readonly PartAssembly _parts = new();
    private readonly string _address;
    private long _heardAt;

    public TerminalSession(ConnectionContext connection, SessionServices services)
    {
        (_connection, _services) = (connection, services);
        _inbox = Channel.CreateBounded<Inbound>(new BoundedChannelOptions(services.Options.MessagesInFlight) { SingleReader = true });
        _conversation = new SessionConversation(this, connection.Transport.Output, services);
        _address = (connection.RemoteEndPoint as IPEndPoint)?.Address.ToString() ?? "unknown";
        Hear();
    }

    public Instant HeardAt => Instant.FromUnixTimeMilliseconds(Volatile.Read(ref _heardAt));

    /// <summary>What faults of this connection are counted under.</summary>
    public string Source => _conversation.LastDeviceId ?? _address;

    /// <summary>Runs until the terminal or the service ends the connection. Never throws.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(_connection.ConnectionClosed, stopping);
        Task reading = ReadAsync(ending.Token), answering = AnswerAsync(ending.Token);
        await Task.WhenAny(reading, answering);
        if (reading.IsCompleted)
        {
            _inbox.Writer.TryComplete(); // what was read is still dealt with
        }
        else
        {
            await ending.CancelAsync(); // nobody answers any more: read no further
        }

        try
        {
            await Task.WhenAll(reading, answering);
        }
        catch (Exception end) when (end is OperationCanceledException or ConnectionResetException or ConnectionAbortedException or IOException)
        {
            LogEnded(_services.Logger, end.GetType().Name); // the terminal is gone
        }
        catch (Exception failure)
        {
            LogFailed(_services.Logger, failure);
        }
        finally
        {
            _conversation.Leave();
        }
    }

    /// <summary>Ends a connection that is silent for too long.</summary>
    public void Abort(string reason) => _connection.Abort(new ConnectionAbortedException(reason));

    /// <summary>Takes an order for one of this connection's terminals; false where the queue is full.</summary>
    public bool Offer(string deviceId, TerminalOrder order) => _inbox.Writer.TryWrite(new Inbound.Order(deviceId, order));

    private void Hear() => Volatile.Write(ref _heardAt, _services.Clock.GetCurrentInstant().ToUnixTimeMilliseconds());

    private async Task ReadAsync(CancellationToken ending)
    {
        PipeReader input = _connection.Transport.Input;
        byte[] scratch = new byte[FrameReader.ScratchBytes];
        while (true)
        {
            ReadResult read = await input.ReadAsync(ending);
            Hear();
            ReadOnlySequence<byte> buffer = read.Buffer;
            while (TryTake(ref buffer, scratch, out Inbound? message))
            {
                if (message is not null && !_inbox.Writer.TryWrite(message))
                {
                    await _inbox.Writer.WriteAsync(message, ending);
                }
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>False when there is nothing whole left; a frame that asks for nothing gives no message.</summary>
    private bool TryTake(ref ReadOnlySequence<byte> buffer, byte[] scratch, out Inbound? message)
    {
        message = null;
        switch (FrameReader.TryRead(ref buffer, scratch, out Frame frame, out FrameDefect defect))
        {
            case FrameFound.Nothing:
                return false;
            case FrameFound.Defect:
                _services.Counters.Count(defect, Source, _services.Clock.GetCurrentInstant());
                return true;
        }

        if (frame.Header.Encryption != 0)
        {
            _services.Counters.Count("Encrypted", Source, _services.Clock.GetCurrentInstant());
            return true;
        }

        _services.Counters.CountMessage();
        message = frame.Header.IsPart && ReportReading.Reads(frame.Header.Id)
            ? _parts.Take(frame.Header, frame.Body)
            : new Inbound.Message(frame.Header, frame.Body.ToArray());
        return true;
    }

    private async Task AnswerAsync(CancellationToken ending)
    {
        var waiting = new List<Inbound>();
        while (await _inbox.Reader.WaitToReadAsync(ending))
        {
            while (waiting.Count < _services.Options.MessagesInFlight && _inbox.Reader.TryRead(out Inbound? next))
            {
                waiting.Add(next);
            }

            await _conversation.DealAsync(waiting);
            waiting.Clear();
            FlushResult flushed = await _connection.Transport.Output.FlushAsync(ending);
            if (flushed.IsCompleted)
            {
                return;
            }

            await _conversation.FlushedAsync();
        }
    }

    [LoggerMessage(411, LogLevel.Debug, "A terminal's connection ended: {Reason}.")]
    private static partial void LogEnded(ILogger logger, string reason);

    [LoggerMessage(412, LogLevel.Error, "A terminal's connection failed.")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
