using Correction.Domain;
using Correction.Domain.Devices;
using Correction.Domain.Subjects;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Grains;

/// <summary>The shell round a device's assignment: at most one subject holds it.</summary>
public sealed class DeviceGrain(EventReader events, Journal journal, IClock clock) : Grain, IDeviceGrain
{
    private StreamWriter<DeviceState, IDeviceEvent> _stream = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _stream = new(StreamKeys.Device(this.GetPrimaryKeyString()), DeviceState.Initial, DeviceDecider.Evolve, events, journal);
        return _stream.LoadAsync();
    }

    public Task<SubjectId?> Holder() => Task.FromResult(_stream.State.Holder);

    public async Task<CommandOutcome> Bind(SubjectId subject, BindDevice command, CommandEnvelope envelope)
    {
        CommandOutcome claim = await DecideAsync(new AssignDevice(subject), envelope.Actor);
        if (claim is not CommandOutcome.Done claimed)
        {
            return claim;
        }

        CommandOutcome bound = await GrainFactory.GetGrain<ISubjectGrain>(subject.ToString()).Execute(command, envelope);
        if (bound is not (CommandOutcome.Done or CommandOutcome.Repeated) && !claimed.Events.IsEmpty)
        {
            await DecideAsync(new ReleaseDevice(subject), envelope.Actor);
        }

        return bound;
    }

    public async Task<CommandOutcome> Unbind(SubjectId subject, CommandEnvelope envelope)
    {
        CommandOutcome unbound = await GrainFactory.GetGrain<ISubjectGrain>(subject.ToString())
            .Execute(new UnbindDevice(this.GetPrimaryKeyString()), envelope);
        if (unbound is CommandOutcome.Done or CommandOutcome.Repeated)
        {
            await DecideAsync(new ReleaseDevice(subject), envelope.Actor);
        }

        return unbound;
    }

    public async Task Quarantine(FixReport report)
    {
        CommitResult kept = await journal.CommitAsync(new JournalEntry { Quarantined = report.Fixes });
        if (kept is not CommitResult.Committed)
        {
            throw new InvalidOperationException("Fixes for quarantine cannot conflict.");
        }
    }

    private Task<CommandOutcome> DecideAsync(DeviceCommand command, Actor actor) => _stream.ExecuteAsync(
        state => DeviceDecider.Decide(state, command), CommandEnvelope.By(actor), clock.GetCurrentInstant());
}
