using Correction.Domain;
using Correction.Domain.ZoneSets;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Grains;

/// <summary>One county's shared zones; the only writer of their stream. Key: the county's code.</summary>
[Alias("zone_set")]
public interface IZoneSetGrain : IGrainWithStringKey
{
    /// <summary>Returns after it is durable, and after the hosts that answer in time judge by it.</summary>
    [Alias("execute")]
    Task<CommandOutcome> Execute([Immutable] ZoneSetCommand command, CommandEnvelope envelope);

    [Alias("read")]
    Task<ZoneSet> Read();

    /// <summary>This host judges subjects by the set and is told of its changes; repeated, it is told for longer.</summary>
    /// <returns>The set; null where it is the one that the host has.</returns>
    [Alias("watch")]
    Task<ZoneSet?> Watch(IZoneSetObserver host, long version);
}

/// <summary>A host that judges subjects by shared zones.</summary>
[Alias("zone_set_observer")]
public interface IZoneSetObserver : IGrainObserver
{
    [Alias("changed")]
    Task Changed(string county, [Immutable] ZoneSet set);
}

/// <summary>The shell round the decisions on a county's shared zones.</summary>
public sealed class ZoneSetGrain(WakeReader events, Journal journal, IClock clock, TimeProvider time) : Grain, IZoneSetGrain
{
    /// <summary>A host that has not renewed for this long is gone.</summary>
    private static readonly Duration Lease = Duration.FromMinutes(1);

    /// <summary>A host that answers later learns of the change when it renews.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Dictionary<IZoneSetObserver, Instant> _hosts = [];
    private StreamWriter<ZoneSet, IZoneSetEvent> _stream = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _stream = new(StreamKeys.ZoneSet(Jurisdiction.Parse(this.GetPrimaryKeyString())), ZoneSet.Empty, ZoneSetDecider.Evolve, events, journal);
        return _stream.LoadAsync();
    }

    public async Task<CommandOutcome> Execute(ZoneSetCommand command, CommandEnvelope envelope)
    {
        Instant now = clock.GetCurrentInstant();
        var context = new DecisionContext(now, envelope.Actor, () => Guid.CreateVersion7(now.ToDateTimeOffset()));
        CommandOutcome outcome = await _stream.ExecuteAsync(state => ZoneSetDecider.Decide(state, command, context), envelope, now);
        if (outcome is CommandOutcome.Done { Events.IsEmpty: false })
        {
            await Task.WhenAll(_hosts.Where(host => host.Value + Lease >= now).Select(host => TellAsync(host.Key)));
        }

        return outcome;
    }

    public Task<ZoneSet> Read() => Task.FromResult(_stream.State);

    public Task<ZoneSet?> Watch(IZoneSetObserver host, long version)
    {
        Instant now = clock.GetCurrentInstant();
        foreach (IZoneSetObserver gone in _hosts.Where(known => known.Value + Lease < now).Select(known => known.Key).ToArray())
        {
            _hosts.Remove(gone);
        }

        _hosts[host] = now;
        return Task.FromResult(version == _stream.State.Version ? null : _stream.State);
    }

    private async Task TellAsync(IZoneSetObserver host)
    {
        Task told = host.Changed(this.GetPrimaryKeyString(), _stream.State);
        await told.WaitAsync(Patience, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        told.Ignore();
    }
}
