using System.Collections.Immutable;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Devices;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Grains;

/// <summary>What a device's stream knows of a terminal that connects.</summary>
/// <param name="HasCode">A code was given to it: it must show it before its reports count.</param>
/// <param name="Model">As it registered.</param>
/// <param name="Orders">What waits to be sent to it, oldest first.</param>
[GenerateSerializer, Immutable, Alias("terminal.admission")]
public sealed record TerminalAdmission(
    [property: Id(0)] bool HasCode, [property: Id(1)] string? Model, [property: Id(2)] ImmutableArray<TerminalOrder> Orders);

/// <param name="Text">The text itself, where the instruction has one; it goes to the device and is stored nowhere else.</param>
[GenerateSerializer, Immutable, Alias("terminal.order")]
public sealed record TerminalOrder([property: Id(0)] DeviceCommandId Id, [property: Id(1)] Instruction Instruction, [property: Id(2)] string? Text);

/// <summary>Commands as they go to a terminal, with the texts that their events do not hold.</summary>
internal sealed class TerminalOrders(PersonalStore personal, IGrainFactory grains)
{
    /// <summary>Oldest first; a command whose text was erased is not sent, and expires.</summary>
    public async Task<ImmutableArray<TerminalOrder>> OfAsync(IEnumerable<OutstandingCommand> commands)
    {
        DeviceCommandRequested[] requests = [.. commands.Select(order => order.Request).OrderBy(request => request.CommandId.Value)];
        Guid[] texts = [.. requests.Select(request => request.Instruction.Text).OfType<ForgettableRef>().Select(text => text.Id)];
        ImmutableDictionary<Guid, JsonElement> rows = texts.Length == 0 ? ImmutableDictionary<Guid, JsonElement>.Empty : await personal.ReadAsync(texts);
        return
        [
            .. from request in requests
               let text = request.Instruction.Text is { } at && rows.TryGetValue(at.Id, out JsonElement row) ? row.GetProperty("text").GetString() : null
               where request.Instruction.Text is null || text is not null
               select new TerminalOrder(request.CommandId, request.Instruction, text),
        ];
    }

    /// <summary>Tells every gateway host; the one that holds the connection sends. A hint: it is offered again until sent.</summary>
    public async Task OfferAsync(string deviceId, IEnumerable<OutstandingCommand> commands)
    {
        foreach (TerminalOrder order in await OfAsync(commands))
        {
            await grains.GetGrain<ITerminalRouterGrain>(ITerminalRouterGrain.Key).Send(deviceId, order);
        }
    }
}

/// <summary>A host whose gateway holds terminals' connections. Best effort: what is not sent is offered again.</summary>
[Alias("terminal.host")]
public interface ITerminalHost : IGrainObserver
{
    /// <summary>Sends the order if this host holds the device's connection; a host that does not ignores it.</summary>
    [Alias("send"), Orleans.Concurrency.OneWay]
    Task Send(string deviceId, TerminalOrder order);
}

/// <summary>
/// The way from a device to whichever host holds its connection. Orders are few and connections many, so hosts are
/// remembered and not connections. Key: <see cref="Key"/>.
/// </summary>
[Alias("terminal.router")]
public interface ITerminalRouterGrain : IGrainWithStringKey
{
    public const string Key = "terminals";

    /// <summary>Begins or renews; a host that has not renewed within <see cref="TerminalRouterGrain.Lease"/> is forgotten.</summary>
    [Alias("join")]
    Task Join(ITerminalHost host);

    [Alias("leave")]
    Task Leave(ITerminalHost host);

    [Alias("send")]
    Task Send(string deviceId, TerminalOrder order);
}

/// <inheritdoc cref="ITerminalRouterGrain"/>
public sealed class TerminalRouterGrain(IClock clock) : Grain, ITerminalRouterGrain
{
    public static readonly Duration Lease = Duration.FromSeconds(60);

    private readonly Dictionary<ITerminalHost, Instant> _hosts = [];

    public Task Join(ITerminalHost host)
    {
        _hosts[host] = clock.GetCurrentInstant();
        return Task.CompletedTask;
    }

    public Task Leave(ITerminalHost host)
    {
        _hosts.Remove(host);
        return Task.CompletedTask;
    }

    public Task Send(string deviceId, TerminalOrder order)
    {
        Instant now = clock.GetCurrentInstant();
        foreach ((ITerminalHost host, Instant renewed) in _hosts.ToArray())
        {
            if (renewed + Lease < now)
            {
                _hosts.Remove(host);
            }
            else
            {
                host.Send(deviceId, order).Ignore(); // one way: a host that is gone sends nothing
            }
        }

        return Task.CompletedTask;
    }
}
