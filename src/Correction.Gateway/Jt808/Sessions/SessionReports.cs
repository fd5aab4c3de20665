using Correction.Gateway.Jt808.Codec;
using Correction.Grains;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Correction.Gateway.Jt808.Sessions;

/// <summary>
/// A run of reports on one connection: those of one terminal become one report to its subject, those of several are made
/// durable at the same time.
/// </summary>
internal sealed partial class SessionReports(SessionServices services)
{
    private readonly Instant _receivedAt = services.Clock.GetCurrentInstant();
    private readonly List<(Inbound.Message Message, Terminal? Terminal, bool Good)> _entries = [];
    private readonly Dictionary<Terminal, ReportReading> _readings = [];

    public async Task AddAsync(Inbound.Message message, Func<MessageHeader, Task<Terminal>> know)
    {
        try
        {
            Terminal terminal = await know(message.Header);
            if (!_readings.TryGetValue(terminal, out ReportReading? reading))
            {
                _readings[terminal] = reading = new ReportReading(terminal.DeviceId, terminal.Model, _receivedAt);
            }

            bool good = reading.Take(message.Header.Id, message.Body);
            if (!good)
            {
                services.Counters.Count("WrongContent", terminal.DeviceId, _receivedAt);
            }

            if (message.Header.Id == MessageIds.Location)
            {
                terminal.LastReport = message.Body;
            }

            _entries.Add((message, terminal, good));
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogNotTaken(services.Logger, failure);
            _entries.Add((message, null, true));
        }
    }

    /// <summary>Makes all durable, then gives each message its result, in the order in which they came.</summary>
    public async IAsyncEnumerable<(Inbound.Message Message, Terminal? Terminal, AnswerResult Result)> CommitAsync(Func<Terminal, bool> believes)
    {
        Terminal[] terminals = [.. _readings.Keys];
        AnswerResult[] results = await Task.WhenAll(terminals.Select(terminal => CommitAsync(_readings[terminal], terminal.DeviceId, believes(terminal))));
        Dictionary<Terminal, AnswerResult> resultOf = terminals.Zip(results).ToDictionary(pair => pair.First, pair => pair.Second);
        foreach ((Inbound.Message message, Terminal? terminal, bool good) in _entries)
        {
            AnswerResult result = terminal is null ? AnswerResult.Failure : resultOf[terminal];
            yield return (message, terminal, good || result != AnswerResult.Success ? result : AnswerResult.Wrong);
        }
    }

    private async Task<AnswerResult> CommitAsync(ReportReading reading, string deviceId, bool believed)
    {
        var report = new FixReport(deviceId, reading.Fixes) { Signs = reading.Signs };
        try
        {
            ReportOutcome outcome = believed ? await services.Ingress.TakeAsync(report) : await services.Ingress.QuarantineAsync(report);
            return outcome switch
            {
                ReportOutcome.Recorded or ReportOutcome.Quarantined => AnswerResult.Success,
                _ => AnswerResult.Unsupported, // may not be recorded: the terminal need not keep it
            };
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogNotTaken(services.Logger, failure);
            return AnswerResult.Failure; // not stored: the terminal keeps it and sends it again
        }
    }

    [LoggerMessage(414, LogLevel.Warning, "A terminal's reports could not be taken; it was told so.")]
    private static partial void LogNotTaken(ILogger logger, Exception failure);
}
