using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using Correction.Domain;
using Correction.Domain.Devices;
using Correction.Gateway.Jt808.Codec;
using Correction.Grains;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Correction.Gateway.Jt808.Sessions;

/// <summary>
/// What is said on one connection: every message is answered in the order in which it came, and a report only after it is
/// durable. Used by the session's answering loop alone.
/// </summary>
internal sealed partial class SessionConversation(TerminalSession session, PipeWriter output, SessionServices services)
{
    /// <summary>Terminals for which one connection may speak; beyond it, all are asked for anew.</summary>
    private const int MostTerminals = 500;
    private const int CodeBytes = 8;

    private readonly Dictionary<TerminalNumber, Terminal> _terminals = [];
    private readonly List<(Terminal Terminal, TerminalOrder Order)> _pending = [];
    private readonly List<(string DeviceId, DeviceCommandId Command)> _sent = [];
    private ushort _serial;

    /// <summary>The terminal that spoke last; null where none did.</summary>
    public string? LastDeviceId { get; private set; }

    /// <summary>Deals with all that waits, in order; runs of reports are made durable together.</summary>
    public async Task DealAsync(List<Inbound> waiting)
    {
        var run = new List<Inbound.Message>();
        foreach (Inbound next in waiting)
        {
            if (next is Inbound.Message message && ReportReading.Reads(message.Header.Id))
            {
                run.Add(message);
                continue;
            }

            await ReportAsync(run);
            run.Clear();
            await GuardAsync(next);
        }

        await ReportAsync(run);
        SendPending();
    }

    /// <summary>After what was written is on its way: the orders among it are on record as sent.</summary>
    public async Task FlushedAsync()
    {
        foreach ((string deviceId, DeviceCommandId command) in _sent)
        {
            try
            {
                await services.Grains.GetGrain<IDeviceGrain>(deviceId).CommandSent(command);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogNotTaken(services.Logger, failure); // its answer will say that it was sent
            }
        }

        _sent.Clear();
    }

    public void Leave()
    {
        foreach (Terminal terminal in _terminals.Values)
        {
            services.Directory.Leave(terminal, session);
        }
    }

    private async Task ReportAsync(List<Inbound.Message> run)
    {
        if (run.Count == 0)
        {
            return;
        }

        var reports = new SessionReports(services);
        foreach (Inbound.Message message in run)
        {
            await reports.AddAsync(message, KnowAsync);
        }

        await foreach ((Inbound.Message message, Terminal? terminal, AnswerResult result) in reports.CommitAsync(Believes))
        {
            foreach (MessageHeader header in message.Parts ?? [message.Header])
            {
                if (header.Id != MessageIds.LocationAnswer)
                {
                    Write(header.Terminal, header.Version, MessageIds.PlatformAnswer, PlatformBodies.Answer(header, result));
                }
            }

            if (message.Header.Id == MessageIds.LocationAnswer && terminal is not null && message.Body.Length >= sizeof(ushort))
            {
                ushort serial = System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(message.Body);
                await AnsweredAsync(terminal, serial, AnswerResult.Success);
            }
        }
    }

    /// <summary>A message that cannot be dealt with now is not answered: the terminal sends it again.</summary>
    private async Task GuardAsync(Inbound next)
    {
        try
        {
            await DealAsync(next);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogNotTaken(services.Logger, failure);
        }
    }

    private async Task DealAsync(Inbound next)
    {
        switch (next)
        {
            case Inbound.Order order when _terminals.Values.FirstOrDefault(one => one.DeviceId == order.DeviceId) is { } terminal:
                _pending.Add((terminal, order.Command));
                break;
            case Inbound.Gap gap:
                Write(gap.Header.Terminal, gap.Header.Version, MessageIds.ResendParts, PlatformBodies.Resend(gap.FirstSerial, gap.Missing));
                break;
            case Inbound.Message message:
                await DealAsync(message, await KnowAsync(message.Header));
                break;
        }
    }

    private async Task DealAsync(Inbound.Message message, Terminal terminal)
    {
        MessageHeader header = message.Header;
        switch (header.Id)
        {
            case var _ when header.IsPart:
                Answer(header, AnswerResult.Unsupported); // photographs and files: nothing here keeps them
                break;
            case MessageIds.Register:
                await RegisterAsync(message, terminal);
                break;
            case MessageIds.Authenticate:
                await AuthenticateAsync(message, terminal);
                break;
            case MessageIds.TerminalAnswer:
                if (TerminalAnswer.TryRead(message.Body, out TerminalAnswer answer))
                {
                    await AnsweredAsync(terminal, answer.Serial, answer.Result);
                }

                break;
            case MessageIds.Logout:
                Answer(header, AnswerResult.Success);
                break;
            case MessageIds.QueryTimeOf2019:
            case MessageIds.QueryTime when header.Terminal.IsLong:
                Write(header.Terminal, header.Version, MessageIds.TimeOf2019, PlatformBodies.Time(services.Clock.GetCurrentInstant()));
                break;
            case MessageIds.QueryTime:
                Write(header.Terminal, header.Version, MessageIds.Time, PlatformBodies.MakersTime(services.Clock.GetCurrentInstant()));
                break;
            case MessageIds.SleepReport or MessageIds.SleepReportWithoutPosition:
                break; // a maker's own, answered in a form of its own
            default:
                Answer(header, AnswerResult.Unsupported);
                break;
        }
    }

    private async Task RegisterAsync(Inbound.Message message, Terminal terminal)
    {
        MessageHeader header = message.Header;
        if (RegistrationBody.Read(message.Body, header.Terminal.IsLong) is not { } body)
        {
            services.Counters.Count("WrongContent", session.Source, services.Clock.GetCurrentInstant());
            Answer(header, AnswerResult.Wrong);
            return;
        }

        if (terminal.Code is null)
        {
            string code = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(CodeBytes));
            await services.Grains.GetGrain<IDeviceGrain>(terminal.DeviceId)
                .Register(new RegisterTerminal(body.Maker, body.Model, body.TerminalId, Hash(code)));
            (terminal.Code, terminal.HasCode, terminal.Authenticated) = (code, true, false);
            terminal.Model = services.Models.Of(body.Model);
        }

        Write(header.Terminal, header.Version, MessageIds.Registered, PlatformBodies.Registered(header.Serial, RegistrationResult.Success, terminal.Code));
    }

    private async Task AuthenticateAsync(Inbound.Message message, Terminal terminal)
    {
        AuthenticationBody? body = AuthenticationBody.Read(message.Body, message.Header.Terminal.IsLong);
        terminal.Authenticated = body is not null && await services.Grains.GetGrain<IDeviceGrain>(terminal.DeviceId).Authenticate(Hash(body.Code));
        if (!terminal.Authenticated)
        {
            services.Counters.Count("WrongCode", session.Source, services.Clock.GetCurrentInstant());
        }

        Answer(message.Header, terminal.Authenticated ? AnswerResult.Success : AnswerResult.Failure);
    }

    private async Task AnsweredAsync(Terminal terminal, ushort serial, AnswerResult result)
    {
        if (Believes(terminal) && terminal.Answered(serial) is { } command)
        {
            CommandFailure? failure = result switch
            {
                AnswerResult.Success => null,
                AnswerResult.Unsupported => CommandFailure.Unsupported,
                _ => CommandFailure.Refused,
            };
            await services.Grains.GetGrain<IDeviceGrain>(terminal.DeviceId).CommandAnswered(command, failure);
        }
    }

    /// <summary>A code that was given must be shown; who was never given one is believed unless the office wants it otherwise.</summary>
    private bool Believes(Terminal terminal) => terminal.Authenticated || (!terminal.HasCode && !services.Options.RequireAuthentication);

    private async Task<Terminal> KnowAsync(MessageHeader header)
    {
        if (_terminals.TryGetValue(header.Terminal, out Terminal? known))
        {
            LastDeviceId = known.DeviceId;
            return known;
        }

        string deviceId = header.Terminal.DeviceId;
        TerminalAdmission admission = await services.Grains.GetGrain<IDeviceGrain>(deviceId).Connect();
        var terminal = new Terminal(header.Terminal, deviceId, header.Version) { Model = services.Models.Of(admission.Model), HasCode = admission.HasCode };
        if (_terminals.Count == MostTerminals)
        {
            Leave();
            _terminals.Clear();
        }

        _terminals[header.Terminal] = terminal;
        LastDeviceId = deviceId;
        services.Directory.Enter(terminal, session);
        _pending.AddRange(admission.Orders.Select(order => (terminal, order)));
        return terminal;
    }

    /// <summary>Orders go to terminals that are believed, each once in a connection and in the order they were given: the last one holds.</summary>
    private void SendPending()
    {
        (Terminal Terminal, TerminalOrder Order)[] ready = [.. _pending.Where(pending => Believes(pending.Terminal))];
        _pending.RemoveAll(pending => Believes(pending.Terminal));
        foreach ((Terminal terminal, TerminalOrder order) in ready)
        {
            if (!terminal.Awaits(order.Id))
            {
                (ushort id, byte[] body) = Instructions.Encode(order, terminal.Number.IsLong);
                terminal.Await(Write(terminal.Number, terminal.Version, id, body), order.Id);
                _sent.Add((terminal.DeviceId, order.Id));
            }
        }
    }

    private void Answer(in MessageHeader to, AnswerResult result) =>
        Write(to.Terminal, to.Version, MessageIds.PlatformAnswer, PlatformBodies.Answer(to, result));

    private ushort Write(TerminalNumber terminal, byte version, ushort id, ReadOnlySpan<byte> body)
    {
        FrameWriter.Write(output, new MessageHeader(id, terminal, ++_serial, Version: version), body);
        return _serial;
    }

    private static string Hash(string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code)));

    [LoggerMessage(413, LogLevel.Warning, "A terminal's message could not be dealt with and was not answered.")]
    private static partial void LogNotTaken(ILogger logger, Exception failure);
}
