using System.Collections.Concurrent;
using Correction.Store;
using Microsoft.AspNetCore.SignalR;

namespace Correction.Server.Accounts;

/// <summary>
/// Open hub connections of this host, each only as long as its authority: asked at every call, and every few seconds
/// while nothing is called. A connection that lost it is told <c>authorityLost</c> and closed.
/// </summary>
internal sealed partial class HubSessions(StandingAuthority authority, TimeProvider time, ILogger<HubSessions> logger) : BackgroundService, IHubFilter
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <summary>A client that reads nothing is closed without a word, and keeps no other open.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, Session> _open = new();

    public async Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        _open[context.Context.ConnectionId] = new Session(context.Context, context.Hub.Clients.Caller);
        Telemetry.HubClients.Add(1);
        await next(context);
    }

    public Task OnDisconnectedAsync(HubLifetimeContext context, Exception? exception, Func<HubLifetimeContext, Exception?, Task> next)
    {
        _open.TryRemove(context.Context.ConnectionId, out _);
        Telemetry.HubClients.Add(-1);
        return next(context, exception);
    }

    /// <exception cref="HubException">The caller's authority is gone; the connection closes.</exception>
    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext call, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        if (await authority.FindAsync(call.Context.User!, call.Context.ConnectionAborted) is null)
        {
            await EndAsync(new Session(call.Context, call.Hub.Clients.Caller));
            throw new HubException("unauthenticated: log in again");
        }

        return await next(call);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                Session[] open = [.. _open.Values];
                IReadOnlyList<Session> lost = open.Length == 0 ? [] : await authority.LostAsync(open, session => session.Context.User!, stoppingToken);
                await Task.WhenAll(lost.Select(EndAsync));
            }
            catch (Exception failure) when (failure is Npgsql.NpgsqlException or TimeoutException or Marten.Exceptions.MartenCommandException)
            {
                LogUnasked(logger, failure); // asked again at the next tick; until then no call passes either
            }
        }
    }

    private async Task EndAsync(Session session)
    {
        LogLost(logger, session.Context.ConnectionId);
        _open.TryRemove(session.Context.ConnectionId, out _);
        try
        {
            await session.Caller.SendAsync("authorityLost").WaitAsync(Farewell, time);
        }
        catch (TimeoutException)
        {
            LogUnheard(logger, session.Context.ConnectionId);
        }
        finally
        {
            session.Context.Abort();
        }
    }

    private sealed record Session(HubCallerContext Context, ISingleClientProxy Caller);

    [LoggerMessage(302, LogLevel.Information, "Hub connection {Connection} lost its authority and was closed.")]
    private static partial void LogLost(ILogger logger, string connection);

    [LoggerMessage(304, LogLevel.Information, "Hub connection {Connection} did not take the word that its authority is lost.")]
    private static partial void LogUnheard(ILogger logger, string connection);

    [LoggerMessage(303, LogLevel.Warning, "The authority of open hub connections could not be asked for.")]
    private static partial void LogUnasked(ILogger logger, Exception failure);
}
