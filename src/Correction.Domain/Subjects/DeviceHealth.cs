using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Correction.Domain.Alerts;
using Correction.Domain.Devices;
using Correction.Domain.Location;
using NodaTime;

namespace Correction.Domain.Subjects;

// Device health: battery and alarm bits. A bit is held: it tells something when it goes on and when it goes off, not with
// every report; which bits are on stands in the events. Neither a tampering nor a call for help ends by itself. A battery
// is low once, until it is charged well above the limit. What comes late may raise a bit; it ends nothing.

[JsonConverter(typeof(JsonStringEnumConverter<BatteryLevel>))]
public enum BatteryLevel
{
    [JsonStringEnumMemberName("normal")] Normal,
    [JsonStringEnumMemberName("low")] Low,
    [JsonStringEnumMemberName("critical")] Critical,
}

/// <param name="Alarms">The bits that went on.</param>
/// <param name="AlertId">Set where they tell of a tampering, or of a call for help and nothing else.</param>
public sealed record DeviceAlarmRaised(string DeviceId, DeviceAlarms Alarms, Instant Since, AlertId? AlertId) : ISubjectEvent;

/// <param name="Alarms">The bits that went off. A tampering, or a call for help, stays to be resolved by an officer.</param>
public sealed record DeviceAlarmCeased(string DeviceId, DeviceAlarms Alarms, Instant Until) : ISubjectEvent;

/// <param name="Level">Low, or critical where it fell further.</param>
/// <param name="Percent">Null: the device has said so by a bit only.</param>
public sealed record BatteryRanLow(string DeviceId, AlertId AlertId, BatteryLevel Level, int? Percent, Instant At) : ISubjectEvent;

public sealed record BatteryRecovered(string DeviceId, AlertId AlertId, int? Percent, Instant At) : ISubjectEvent;

/// <summary>What a report's signs lead to.</summary>
public sealed record HealthFindings(
    ImmutableArray<ISubjectEvent> Events, ImmutableArray<AlertRaised> Raised, ImmutableArray<(AlertId Alert, AlertCommand Command)> Told)
{
    public static HealthFindings None { get; } = new([], [], []);
}

public static class DeviceHealth
{
    /// <summary>Per cent. Office policy: a bracelet then lasts some hours.</summary>
    public const int Low = 20;

    /// <summary>Per cent: a device that falls silent below it is presumed dead for want of power.</summary>
    public const int Critical = 10;

    /// <summary>Per cent: charged so far it is well again.</summary>
    public const int Charged = 30;

    /// <summary>Judges what a report says of its device.</summary>
    /// <param name="seen">The report's fixes, as they were judged.</param>
    /// <param name="before">The memory before the report: signs that are older than its last say nothing new.</param>
    /// <param name="unresolved">Those of the device's alerts that officers have still to handle.</param>
    public static HealthFindings Judge(
        Registered subject, Observation seen, LocationMemory before, string deviceId, ImmutableArray<DeviceSigns> signs,
        ImmutableHashSet<AlertId> unresolved, AlertPolicy policy, DecisionContext context)
    {
        if (!subject.Devices.TryGetValue(deviceId, out BoundDevice? device))
        {
            return HealthFindings.None;
        }

        var judge = new Judgment(subject, device, unresolved, policy, context);
        Instant last = before.Devices.TryGetValue(deviceId, out DeviceTrace? trace) ? trace.SignedAt : Instant.MinValue;
        foreach (Fix fix in seen.Fixes)
        {
            judge.TakePosition(fix);
        }

        foreach (DeviceSigns sign in InOrder(seen.Fixes, signs))
        {
            bool newer = sign.At > last;
            if (newer)
            {
                judge.TakeBattery(sign);
            }

            if (newer || IsOfNewFix(seen.Fixes, sign))
            {
                judge.TakeAlarms(sign, mayCease: newer);
            }
        }

        return judge.Findings;
    }

    /// <summary>Alerts of a device that a report may touch again, for asking whether they are handled.</summary>
    public static IEnumerable<AlertId> AlertsOf(BoundDevice device) =>
        new[] { device.TamperAlert, device.EmergencyAlert, device.BatteryAlert }.OfType<AlertId>();

    internal static Registered Evolve(Registered state, string deviceId, Func<BoundDevice, BoundDevice> change) =>
        state.Devices.TryGetValue(deviceId, out BoundDevice? device) ? state with { Devices = state.Devices.SetItem(deviceId, change(device)) } : state;

    internal static Registered Evolve(Registered state, DeviceAlarmRaised happened) => Evolve(state, happened.DeviceId, device => device with
    {
        Alarms = device.Alarms | happened.Alarms,
        TamperAlert = happened.Alarms == DeviceAlarms.Emergency ? device.TamperAlert : happened.AlertId ?? device.TamperAlert,
        EmergencyAlert = happened.Alarms == DeviceAlarms.Emergency ? happened.AlertId ?? device.EmergencyAlert : device.EmergencyAlert,
    });

    internal static Registered Evolve(Registered state, DeviceAlarmCeased happened) =>
        Evolve(state, happened.DeviceId, device => device with { Alarms = device.Alarms & ~happened.Alarms });

    internal static Registered Evolve(Registered state, BatteryRanLow happened) => Evolve(state, happened.DeviceId, device => device with
    {
        Battery = happened.Level,
        BatteryAlert = happened.AlertId,
        BatteryByBit = device.Battery == BatteryLevel.Normal ? happened.Percent is null : device.BatteryByBit,
    });

    internal static Registered Evolve(Registered state, BatteryRecovered happened) =>
        Evolve(state, happened.DeviceId, device => device with { Battery = BatteryLevel.Normal });

    private static bool IsOfNewFix(ImmutableArray<Fix> fixes, DeviceSigns sign)
    {
        foreach (Fix fix in fixes)
        {
            if (fix.OccurredAt == sign.At)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What the fixes say of the battery is a sign too.</summary>
    private static IEnumerable<DeviceSigns> InOrder(ImmutableArray<Fix> fixes, ImmutableArray<DeviceSigns> signs)
    {
        DeviceSigns[] all =
        [
            .. fixes.Where(fix => fix.Battery is not null && fix.Use != FixUse.Future).Select(fix => new DeviceSigns(fix.OccurredAt, fix.ReceivedAt, null, fix.Battery)),
            .. signs.Where(sign => sign.Battery is not null || sign.Alarms is not null),
        ];
        return all.Length < 2 ? all : all.OrderBy(sign => sign.At);
    }

    private sealed class Judgment(Registered subject, BoundDevice bound, ImmutableHashSet<AlertId> unresolved, AlertPolicy policy, DecisionContext context)
    {
        private readonly List<ISubjectEvent> _events = [];
        private readonly List<AlertRaised> _raised = [];
        private readonly List<(AlertId, AlertCommand)> _told = [];
        private Registered _subject = subject;
        private BoundDevice _device = bound;

        public HealthFindings Findings => _events.Count == 0 ? HealthFindings.None : new([.. _events], [.. _raised], [.. _told]);

        public void TakePosition(Fix fix)
        {
            if (fix.Use == FixUse.Usable && fix.DeviceId == _device.DeviceId && _device.PositionAlert is { } lost)
            {
                Happen(new PositionRegained(_device.DeviceId, lost, fix.ReceivedAt));
                _told.Add((lost, new ClearCondition(null)));
            }
        }

        public void TakeBattery(DeviceSigns sign)
        {
            BatteryLevel level = LevelOf(sign, _device);
            if (level == _device.Battery)
            {
                return;
            }

            if (level == BatteryLevel.Normal)
            {
                AlertId over = _device.BatteryAlert!.Value;
                Happen(new BatteryRecovered(_device.DeviceId, over, sign.Battery, sign.At));
                _told.Add((over, new ClearCondition(null)));
                return;
            }

            bool goesOn = _device.BatteryAlert is { } last && (unresolved.Contains(last) || _device.Battery != BatteryLevel.Normal);
            AlertId alert = goesOn ? _device.BatteryAlert!.Value : new AlertId(context.NewId());
            var evidence = new AlertEvidence("battery", [], null, _device.DeviceId, null, null, sign.At) { Battery = sign.Battery };
            Begin(goesOn, alert, AlertKind.BatteryLow, AlertSeverity.Warning, evidence);
            Happen(new BatteryRanLow(_device.DeviceId, alert, level, sign.Battery, sign.At));
        }

        public void TakeAlarms(DeviceSigns sign, bool mayCease)
        {
            if (sign.Alarms is not { } now)
            {
                return;
            }

            DeviceAlarms off = mayCease ? _device.Alarms & ~now : DeviceAlarms.None;
            DeviceAlarms on = now & ~_device.Alarms;
            if (off != DeviceAlarms.None)
            {
                Happen(new DeviceAlarmCeased(_device.DeviceId, off, sign.At));
            }

            // an event names one alert: a call for help is an event of its own
            DeviceAlarms call = on & DeviceAlarms.Emergency, others = on & ~DeviceAlarms.Emergency;
            if (others != DeviceAlarms.None)
            {
                Happen(new DeviceAlarmRaised(
                    _device.DeviceId, others, sign.At, others.HasFlag(DeviceAlarms.Tamper) ? Alarmed(AlertKind.Tamper, _device.TamperAlert, sign) : null));
            }

            if (call != DeviceAlarms.None)
            {
                Happen(new DeviceAlarmRaised(_device.DeviceId, call, sign.At, Alarmed(AlertKind.Emergency, _device.EmergencyAlert, sign)));
            }
        }

        private AlertId Alarmed(AlertKind kind, AlertId? known, DeviceSigns sign)
        {
            bool goesOn = known is { } last && (unresolved.Contains(last) || _raised.Any(alert => alert.AlertId == last));
            AlertId alert = goesOn ? known!.Value : new AlertId(context.NewId());
            Begin(goesOn, alert, kind, AlertSeverity.Critical, new AlertEvidence("alarmBit", [], null, _device.DeviceId, null, null, sign.At));
            return alert;
        }

        private void Begin(bool goesOn, AlertId alert, AlertKind kind, AlertSeverity severity, AlertEvidence evidence)
        {
            if (goesOn)
            {
                _told.Add((alert, new ResumeCondition(evidence)));
            }
            else
            {
                _raised.Add(AlertRaising.Of(_subject, alert, kind, severity, context.Now, policy, evidence));
            }
        }

        /// <summary>It only falls until it is charged; where the device told of it by a bit alone, until the bit goes off.</summary>
        private static BatteryLevel LevelOf(DeviceSigns sign, BoundDevice device)
        {
            BatteryLevel known = device.Battery;
            if (sign.Battery <= Critical || sign.Alarms?.HasFlag(DeviceAlarms.BatteryCritical) == true)
            {
                return BatteryLevel.Critical;
            }

            if (sign.Battery <= Low || sign.Alarms?.HasFlag(DeviceAlarms.BatteryLow) == true)
            {
                return known == BatteryLevel.Critical ? known : BatteryLevel.Low;
            }

            return sign.Battery is null && device.BatteryByBit && sign.Alarms is not null ? BatteryLevel.Normal
                : sign.Battery >= Charged ? BatteryLevel.Normal
                : known;
        }

        private void Happen(ISubjectEvent happened)
        {
            _events.Add(happened);
            _subject = (Registered)SubjectDecider.Evolve(_subject, happened, context.Now);
            _device = _subject.Devices[_device.DeviceId];
        }
    }
}
