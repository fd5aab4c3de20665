using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Devices;
using Correction.Domain.Subjects;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Grains;

/// <summary>The shell round a device's decisions: at most one subject holds it, and what is ordered of it is sent or fails.</summary>
public sealed class DeviceGrain(WakeReader events, PersonalStore personal, Journal journal, IClock clock) : Grain, IDeviceGrain
{
    /// <summary>How often what was not sent is offered to the gateways again.</summary>
    private static readonly TimeSpan Review = TimeSpan.FromSeconds(10);

    private StreamWriter<DeviceState, IDeviceEvent> _stream = null!;
    private TerminalOrders _orders = null!;
    private string _key = null!;
    private IGrainTimer? _review;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = StreamKeys.Device(this.GetPrimaryKeyString());
        _orders = new TerminalOrders(personal, GrainFactory);
        _stream = new(_key, DeviceState.Initial, DeviceDecider.Evolve, events, journal);
        await _stream.LoadAsync();
        KeepReviewing();
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

    public async Task<TerminalAdmission> Connect()
    {
        await ExpireAsync();
        ImmutableArray<TerminalOrder> orders = await _orders.OfAsync(_stream.State.Outstanding.Values);
        return new TerminalAdmission(_stream.State.Terminal is not null, _stream.State.Terminal?.Model, orders);
    }

    public Task Register(RegisterTerminal command) => DecideAsync(command, Actor.System);

    public Task<bool> Authenticate(string codeHash) => Task.FromResult(_stream.State.Terminal?.CodeHash == codeHash);

    public async Task<CommandOutcome> Request(RequestDeviceCommand command, CommandEnvelope envelope)
    {
        CommandOutcome outcome = await DecideAsync(command, envelope);
        if (outcome is CommandOutcome.Done { Events.IsEmpty: false })
        {
            KeepReviewing();
            await OfferAsync();
        }

        return outcome;
    }

    public Task CommandSent(DeviceCommandId command) => DecideAsync(new RecordCommandSent(command), Actor.System);

    public Task CommandAnswered(DeviceCommandId command, CommandFailure? failure) =>
        DecideAsync(new RecordCommandAnswer(command, failure), Actor.System);

    public async Task Look()
    {
        CommandOutcome outcome = await ExpireAsync();
        if (outcome is CommandOutcome.Done { Events.IsEmpty: true })
        {
            await journal.CommitAsync(new JournalEntry { Deadlines = [new Deadline(_key, _stream.State.NextExpiry)] });
        }
    }

    private void KeepReviewing()
    {
        if (_review is null && !_stream.State.Outstanding.IsEmpty)
        {
            _review = this.RegisterGrainTimer(ReviewAsync, new GrainTimerCreationOptions(Review, Review) { KeepAlive = true });
        }
    }

    private async Task ReviewAsync(CancellationToken cancellation)
    {
        if (_stream.State.Outstanding.IsEmpty)
        {
            _review?.Dispose();
            _review = null;
            return;
        }

        await OfferAsync();
    }

    private Task<CommandOutcome> ExpireAsync() => DecideAsync(new ExpireDeviceCommands(clock.GetCurrentInstant()), Actor.System);

    private Task OfferAsync() => _orders.OfferAsync(this.GetPrimaryKeyString(), _stream.State.Outstanding.Values.Where(order => !order.Sent));

    /// <summary>What a decision does to the commands that wait, it does to the deadline in the same commit.</summary>
    private JournalEntry WithDeadline(JournalEntry entry, ImmutableArray<IDeviceEvent> happened, Instant now)
    {
        DeviceState after = happened.Aggregate(_stream.State, (state, next) => DeviceDecider.Evolve(state, next, now));
        return after.NextExpiry == _stream.State.NextExpiry ? entry : entry with { Deadlines = [new Deadline(_key, after.NextExpiry)] };
    }

    private Task<CommandOutcome> DecideAsync(DeviceCommand command, Actor actor) => DecideAsync(command, CommandEnvelope.By(actor));

    private Task<CommandOutcome> DecideAsync(DeviceCommand command, CommandEnvelope envelope)
    {
        Instant now = clock.GetCurrentInstant();
        return _stream.ExecuteAsync(state => DeviceDecider.Decide(state, command), envelope, now, (entry, happened) => WithDeadline(entry, happened, now));
    }
}
