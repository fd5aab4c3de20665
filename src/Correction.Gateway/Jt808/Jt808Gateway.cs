using System.Collections.Concurrent;
using System.Net;
using Correction.Gateway.Jt808.Codec;
using Correction.Gateway.Jt808.Devices;
using Correction.Gateway.Jt808.Sessions;
using Correction.Grains;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Correction.Gateway.Jt808;

/// <summary>What the office sees of this host's terminals.</summary>
/// <param name="Terminals">Those that have said who they are.</param>
/// <param name="RefusedConnections">Turned away at a bound.</param>
public sealed record Jt808Status(int Connections, int Terminals, long Messages, long RefusedConnections, IReadOnlyList<SourceFaults> Faults);

/// <summary>
/// JT/T 808 over TCP: bracelets and other terminals. Bounds connections, closes half-open ones, and joins the router by
/// which orders find the host that holds a terminal's connection.
/// </summary>
public sealed partial class Jt808Gateway : DeviceListener, IDisposable
{
    private const int BufferBytes = 16 * 1024;
    private const int MostFaultsShown = 200;
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(5);

    private readonly SessionServices _services;
    private readonly ConnectionBounds _bounds;
    private readonly ConcurrentDictionary<TerminalSession, byte> _sessions = new();
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private Task _sweeping = Task.CompletedTask;

    public Jt808Gateway(FixIngress ingress, IGrainFactory grains, IConfiguration configuration, IClock clock, TimeProvider time, ILogger<Jt808Gateway> logger)
        : base(configuration, logger)
    {
        var options = Jt808Options.From(configuration);
        _services = new SessionServices(ingress, grains, new DeviceModels(configuration), options, new GatewayCounters(), new TerminalDirectory(), clock, logger);
        _bounds = new ConnectionBounds(options.MaxConnections, options.MaxConnectionsPerAddress);
        _time = time;
    }

    public override GatewayStatus Status => new(Protocol, Port, new Jt808Status(
        _bounds.Open, _services.Directory.Count, _services.Counters.Messages, _services.Counters.Refused, _services.Counters.Faults(MostFaultsShown)));

    protected override string Name => "Jt808";

    protected override int StandardPort => 5015;

    public GatewayCounters Counters => _services.Counters;

    /// <summary>What a connected terminal says of itself; null where it is not connected to this host.</summary>
    public object? Describe(string deviceId)
    {
        if (_services.Directory.Find(deviceId) is not (var session, var terminal))
        {
            return null;
        }

        return new
        {
            deviceId,
            model = terminal.Model.Name,
            terminal.Authenticated,
            heardAt = session.HeardAt,
            attributes = terminal.LastReport is { } report ? TerminalAttributes.Of(MessageIds.Location, report, terminal.Model.Name).Values : null,
        };
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken);
        if (Port is not null)
        {
            _sweeping = SweepAsync(_stopping.Token);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _sweeping;
        await base.StopAsync(cancellationToken);
    }

    public void Dispose() => _stopping.Dispose();

    protected override void Configure(WebApplicationBuilder builder) => builder.WebHost.UseSockets(sockets =>
    {
        sockets.MaxReadBufferSize = BufferBytes; // a terminal that we do not read is slowed down, not buffered
        sockets.MaxWriteBufferSize = BufferBytes;
    });

    protected override void Configure(ListenOptions port) => port.Run(ServeAsync);

    private async Task ServeAsync(ConnectionContext connection)
    {
        IPAddress address = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        if (!_bounds.TryEnter(address))
        {
            _services.Counters.CountRefused();
            connection.Abort(new ConnectionAbortedException("There are too many connections."));
            return;
        }

        var session = new TerminalSession(connection, _services);
        _sessions[session] = 0;
        try
        {
            CancellationToken closing = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(closing, _stopping.Token);
            await session.RunAsync(ending.Token);
        }
        finally
        {
            _sessions.TryRemove(session, out _);
            _bounds.Leave(address);
        }
    }

    /// <summary>Closes what is half open and renews this host's place at the router.</summary>
    private async Task SweepAsync(CancellationToken stopping)
    {
        ITerminalHost host = _services.Grains.CreateObjectReference<ITerminalHost>(_services.Directory);
        using var timer = new PeriodicTimer(Sweep, _time);
        try
        {
            do
            {
                CloseHalfOpen();
                await JoinAsync(host);
            }
            while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            _services.Grains.DeleteObjectReference<ITerminalHost>(host);
        }
    }

    private void CloseHalfOpen()
    {
        Instant silentSince = _services.Clock.GetCurrentInstant() - Duration.FromSeconds(_services.Options.IdleSeconds);
        foreach (TerminalSession session in _sessions.Keys.Where(session => session.HeardAt < silentSince))
        {
            session.Abort("Nothing was heard for too long.");
        }
    }

    private async Task JoinAsync(ITerminalHost host)
    {
        try
        {
            await _services.Grains.GetGrain<ITerminalRouterGrain>(ITerminalRouterGrain.Key).Join(host);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogNotJoined(_services.Logger, failure.GetType().Name); // the next sweep joins
        }
    }

    [LoggerMessage(415, LogLevel.Warning, "The way of orders to terminals could not be renewed: {Failure}.")]
    private static partial void LogNotJoined(ILogger logger, string failure);
}
