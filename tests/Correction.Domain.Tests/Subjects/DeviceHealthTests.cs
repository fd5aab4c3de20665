using System.Collections.Immutable;
using Correction.Domain.Alerts;
using Correction.Domain.Devices;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using NodaTime;
using static Correction.Domain.Tests.Cases;

namespace Correction.Domain.Tests.Subjects;

/// <summary>Battery with hysteresis, alarm bits that are held, silence of both kinds with the subject warned first.</summary>
public sealed class DeviceHealthTests
{
    private const string Bracelet = "b";
    private static readonly DeviceBound Bound = new(Bracelet, DeviceProtocol.Jt808, DeviceKind.Bracelet);
    private static readonly MonitoringOrdered Ordered = new(new MonitoringOrderId(Cases.Guid(9)), MonitoringGround.RevocationProposed, Today, Today.PlusDays(10));
    private static readonly Instant Start = Now;

    [Fact]
    public void Given_a_battery_that_falls_and_is_charged_When_it_is_judged_Then_one_alert_tells_of_it_until_it_is_well_charged()
    {
        var device = new Device().Battery(80).Battery(20).Battery(21).Battery(15).Battery(10).Battery(25).Battery(29).Battery(30).Battery(25);
        Assert.Equal(["battery_ran_low", "battery_ran_low", "battery_recovered"], device.Names);
        AlertRaised alert = Assert.Single(device.Raised);
        Assert.Equal((AlertKind.BatteryLow, 20), (alert.Kind, alert.Evidence.Battery));
        Assert.IsType<ClearCondition>(device.Told[^1].Command);
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    public void Given_a_battery_that_runs_low_again_When_its_alert_is_unresolved_Then_that_one_resumes(bool unresolved, int alerts)
    {
        var device = new Device { Unresolved = unresolved };
        device.Battery(20).Battery(50).Battery(20);
        Assert.Equal(alerts, device.Raised.Count);
    }

    [Fact]
    public void Given_a_tamper_bit_When_it_stays_on_Then_one_alert_is_raised_and_none_clears_when_it_goes_off()
    {
        var device = new Device().Alarm(DeviceAlarms.Tamper).Alarm(DeviceAlarms.Tamper | DeviceAlarms.PowerCut).Alarm(DeviceAlarms.PowerCut).Alarm(DeviceAlarms.None);
        AlertRaised alert = Assert.Single(device.Raised);
        Assert.Equal((AlertKind.Tamper, AlertSeverity.Critical), (alert.Kind, alert.Severity));
        Assert.Equal(["device_alarm_raised", "device_alarm_raised", "device_alarm_ceased", "device_alarm_ceased"], device.Names);
        Assert.DoesNotContain(device.Told, told => told.Command is ClearCondition);
    }

    [Fact]
    public void Given_a_wearer_who_calls_for_help_When_the_bit_goes_on_Then_an_alert_of_its_own_is_raised_beside_that_of_a_tampering()
    {
        var device = new Device().Alarm(DeviceAlarms.Tamper | DeviceAlarms.Emergency).Alarm(DeviceAlarms.Emergency).Alarm(DeviceAlarms.None);
        Assert.Equal([(AlertKind.Tamper, AlertSeverity.Critical), (AlertKind.Emergency, AlertSeverity.Critical)], device.Raised.Select(alert => (alert.Kind, alert.Severity)));
        BoundDevice known = device.Subject.Devices[Bracelet];
        Assert.Equal(device.Raised.Select(alert => (AlertId?)alert.AlertId), [known.TamperAlert, known.EmergencyAlert]);
        Assert.DoesNotContain(device.Told, told => told.Command is ClearCondition);
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    public void Given_a_call_for_help_that_comes_again_When_its_alert_is_unresolved_Then_that_one_resumes(bool unresolved, int alerts)
    {
        var device = new Device { Unresolved = unresolved };
        device.Alarm(DeviceAlarms.Emergency).Alarm(DeviceAlarms.None).Alarm(DeviceAlarms.Emergency);
        Assert.Equal(alerts, device.Raised.Count);
    }

    [Fact]
    public void Given_a_heartbeat_without_alarm_bits_When_a_bit_is_held_Then_it_stays_on()
    {
        var device = new Device().Alarm(DeviceAlarms.Tamper).Battery(90).Alarm(DeviceAlarms.Tamper);
        Assert.Single(device.Names);
        Assert.Equal(DeviceAlarms.Tamper, device.Subject.Devices[Bracelet].Alarms);
    }

    [Fact]
    public void Given_a_report_When_it_is_repeated_Then_nothing_is_told_again()
    {
        var device = new Device().Alarm(DeviceAlarms.Tamper).Alarm(DeviceAlarms.None);
        int events = device.Names.Count;
        device.Take(device.Last with { Alarms = DeviceAlarms.Tamper, At = Start + Duration.FromMinutes(1) });
        Assert.Equal(events, device.Names.Count);
    }

    [Fact]
    public void Given_a_low_battery_When_its_report_is_repeated_or_comes_late_Then_it_neither_recovers_nor_alerts_again()
    {
        var device = new Device().Says(15, DeviceAlarms.None);
        DeviceSigns first = device.Last;
        device.Says(14, DeviceAlarms.None).Take(first).Take(device.Last).Says(13, DeviceAlarms.None);
        device.Take(first with { Battery = 90, At = Start }, new Fix(Bracelet, Start, Start, Center, 5, null, null, null, null, FixSource.Jt808) { Battery = 90 });
        Assert.Equal(["battery_ran_low"], device.Names);
        Assert.Single(device.Raised);
    }

    [Fact]
    public void Given_a_battery_that_is_low_by_its_percentage_When_a_report_says_only_alarm_bits_Then_it_stays_low()
    {
        var device = new Device().Battery(15).Alarm(DeviceAlarms.None);
        Assert.Equal(["battery_ran_low"], device.Names);
    }

    [Fact]
    public void Given_a_battery_that_is_low_by_a_bit_When_the_bit_goes_off_Then_it_has_recovered()
    {
        var device = new Device().Alarm(DeviceAlarms.BatteryLow).Alarm(DeviceAlarms.BatteryLow | DeviceAlarms.BatteryCritical).Alarm(DeviceAlarms.None);
        Assert.Equal(["battery_ran_low", "battery_ran_low", "battery_recovered"], device.Names.Where(name => name.StartsWith("battery", StringComparison.Ordinal)));
    }

    [Fact]
    public void Given_a_bit_that_is_held_When_a_late_batch_says_otherwise_Then_it_stays_on_and_what_the_batch_raises_is_raised()
    {
        var device = new Device().Alarm(DeviceAlarms.PowerCut);
        var late = new Fix(Bracelet, Start, device.Last.ReceivedAt, Center, 5, null, null, null, null, FixSource.Jt808);
        device.Take(device.Last with { At = late.OccurredAt, Alarms = DeviceAlarms.Tamper }, late);
        Assert.Equal(DeviceAlarms.PowerCut | DeviceAlarms.Tamper, device.Subject.Devices[Bracelet].Alarms);
        Assert.Equal(AlertKind.Tamper, Assert.Single(device.Raised).Kind);
    }

    private static readonly SilencePolicy Policy = SilencePolicy.Default;

    [Fact]
    public void Given_a_silent_bracelet_When_looked_for_Then_the_subject_is_warned_first_and_once_and_the_officer_alerted_after()
    {
        var bound = Subject.Given(Received, Ordered, Bound);
        LookForSilence look = Look(heard: Start);
        bound.When(look, Start + Duration.FromMinutes(9)).Then();
        var warned = new SubjectWarned(Bracelet, WarningReason.Silence, Start + Duration.FromMinutes(15));
        bound.When(look, Start + Duration.FromMinutes(10)).Then(warned);
        bound.Given(Start + Duration.FromMinutes(10), warned).When(look, Start + Duration.FromMinutes(12)).Then();
        bound.Given(Start + Duration.FromMinutes(10), warned).When(look, Start + Duration.FromMinutes(15))
            .Then(new DeviceFellSilent(Bracelet, new AlertId(Guid(1)), Start, Start + Duration.FromMinutes(15)));
        bound.Given(Start + Duration.FromMinutes(10), warned).When(Look(heard: Start + Duration.FromMinutes(11)), Start + Duration.FromMinutes(21))
            .Then(new SubjectWarned(Bracelet, WarningReason.Silence, Start + Duration.FromMinutes(26)));
    }

    [Fact]
    public void Given_a_bracelet_that_is_heard_without_a_position_When_looked_for_Then_the_subject_is_warned_of_that_first_and_once()
    {
        var bound = Subject.Given(Received, Ordered, Bound);
        Instant warnAt = Start + Duration.FromMinutes(20);
        LookForSilence look = Look(heard: warnAt - Duration.FromMinutes(1), positioned: Start);
        bound.When(look, warnAt - Duration.FromMilliseconds(1)).Then();
        var warned = new SubjectWarned(Bracelet, WarningReason.NoPosition, Start + Duration.FromMinutes(30));
        bound.When(look, warnAt).Then(warned);
        bound.Given(warnAt, warned).When(look, warnAt + Duration.FromMinutes(1)).Then();
    }

    [Fact]
    public void Given_a_bracelet_that_is_heard_without_a_position_When_looked_for_Then_its_position_is_lost_after_its_own_limit()
    {
        Instant at = Start + Duration.FromMinutes(30);
        var bound = Subject.Given(Received, Ordered, Bound).Given(at - Duration.FromMinutes(10), new SubjectWarned(Bracelet, WarningReason.NoPosition, at));
        bound.When(Look(heard: at - Duration.FromMinutes(2), positioned: Start), at - Duration.FromSeconds(1)).Then();
        var lost = new PositionLost(Bracelet, new AlertId(Guid(1)), Start, at);
        bound.When(Look(heard: at - Duration.FromMinutes(1), positioned: Start), at).Then(lost);
        bound.Given(at, lost).When(Look(heard: at, positioned: Start), at + Duration.FromMinutes(5)).Then();
    }

    [Fact]
    public void Given_a_lost_position_When_a_usable_fix_arrives_Then_it_is_regained_and_the_condition_clears()
    {
        var device = new Device();
        device.Happen(new PositionLost(Bracelet, AnAlert, Start, Start));
        device.Take(new DeviceSigns(Start, Start), new Fix(Bracelet, Start, Start, Center, 5, null, null, null, null, FixSource.Jt808));
        Assert.Contains("position_regained", device.Names);
        Assert.Equal((AnAlert, true), (device.Told[^1].Alert, device.Told[^1].Command is ClearCondition));
    }

    [Fact]
    public void Given_a_critical_battery_When_the_device_falls_silent_Then_it_is_presumed_dead()
    {
        var device = new Device().Battery(8);
        var silent = new DeviceFellSilent(Bracelet, AnAlert, Start, Start);
        Assert.Equal("batteryDead", AlertRaising.From(device.Subject, silent, Now, AlertPolicy.Default).Evidence.Rule);
        Assert.Equal("silenceLimit", AlertRaising.From(new Device().Subject, silent, Now, AlertPolicy.Default).Evidence.Rule);
    }

    private static LookForSilence Look(Instant heard, Instant? positioned = null) =>
        new(ImmutableDictionary<string, Instant>.Empty.Add(Bracelet, heard), Start - Duration.FromDays(1), Policy)
        {
            PositionedAt = ImmutableDictionary<string, Instant>.Empty.Add(Bracelet, positioned ?? heard),
        };

    /// <summary>A bracelet whose signs are judged a minute after each other.</summary>
    private sealed class Device
    {
        private LocationMemory _memory = LocationMemory.Empty;
        private int _ids = 500;
        private Instant _at = Start;

        public Registered Subject { get; private set; } = (Registered)Cases.Subject.Given(Received, Ordered, Bound).State;

        public bool Unresolved { get; init; }

        public List<string> Names { get; } = [];

        public List<AlertRaised> Raised { get; } = [];

        public List<(AlertId Alert, AlertCommand Command)> Told { get; } = [];

        public DeviceSigns Last { get; private set; } = new(Start, Start);

        public Device Battery(int percent) => Take(Next() with { Battery = percent });

        public Device Says(int percent, DeviceAlarms alarms) => Take(Next() with { Battery = percent, Alarms = alarms });

        public Device Alarm(DeviceAlarms alarms) => Take(Next() with { Alarms = alarms });

        public Device Take(DeviceSigns sign, params ImmutableArray<Fix> fixes)
        {
            Observation seen = LocationWatch.Hear(Subject, LocationWatch.Observe(Subject, _memory, fixes), Bracelet, [sign]);
            HealthFindings found = DeviceHealth.Judge(
                Subject, seen, _memory, Bracelet, [sign], Unresolved ? [.. Raised.Select(alert => alert.AlertId)] : [], AlertPolicy.Default,
                new DecisionContext(sign.ReceivedAt, Actor.System, () => Guid(++_ids)));
            foreach (ISubjectEvent happened in found.Events)
            {
                Happen(happened);
            }

            Raised.AddRange(found.Raised);
            Told.AddRange(found.Told);
            (_memory, Last) = (seen.Memory, sign);
            return this;
        }

        public void Happen(ISubjectEvent happened)
        {
            Names.Add(EventRegistry.NameOf(happened));
            Subject = (Registered)SubjectDecider.Evolve(Subject, happened, _at);
        }

        private DeviceSigns Next()
        {
            _at += Duration.FromMinutes(1);
            return new DeviceSigns(_at, _at);
        }
    }
}
