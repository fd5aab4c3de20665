using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Correction.Domain;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Domain.ZoneSets;
using NodaTime;

namespace Correction.Benchmarks;

/// <summary>
/// What a county's shared zones cost: fixes judged a second on one core, and memory held per subject, with 200 schools
/// strewn over a town in which everybody walks; against the same walks with the own zones only, in the same run.
/// </summary>
internal static class SharedZonesBenchmark
{
    private const int Subjects = 10_000;
    private const int Fixes = 60;
    private const int Schools = 200;
    private static readonly GeoPoint Town = new(112.36, 28.85);
    private static readonly Jurisdiction Station = Jurisdiction.Parse("430981001");
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 1, 0, 0);

    public static Task RunAsync()
    {
        Measure("warm-up", SharedZones.None);
        Measure("warm-up", Shared());
        (double none, double noneBytes) = Measure("own zones only", SharedZones.None);
        (double with, double withBytes) = Measure($"with {Schools} shared zones", Shared());
        Figure.Print(
            Figure.Of("shared-zones", with, "fixes judged/s per core", none),
            Figure.Of("shared-zones-time", 1e6 / with, "µs/fix", 1e6 / none),
            Figure.Of("shared-zones-memory", withBytes, "bytes/subject", noneBytes));
        return Task.CompletedTask;
    }

    private static (double PerSecond, double BytesPerSubject) Measure(string what, SharedZones shared)
    {
        Registered subject = Register();
        var memories = new LocationMemory[Subjects];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        TimeSpan judging = TimeSpan.Zero;
        for (int number = 0; number < Subjects; number++)
        {
            memories[number] = LocationMemory.Empty with { Shared = shared };
            ImmutableArray<Fix>[] walk = Walk(number);
            var watch = Stopwatch.StartNew();
            foreach (ImmutableArray<Fix> report in walk)
            {
                memories[number] = LocationWatch.Observe(subject, memories[number], report).Memory;
            }

            judging += watch.Elapsed;
        }

        double bytes = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / Subjects;
        GC.KeepAlive(memories);
        double rate = Subjects * Fixes / judging.TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {rate:F0} fixes/s, {1e6 / rate:F2} µs a fix, {bytes:F0} bytes a subject"));
        return (rate, bytes);
    }

    /// <summary>A fix a minute: at rest for two thirds of the time, then on foot; reproducible by its number.</summary>
    private static ImmutableArray<Fix>[] Walk(int number)
    {
        GeoPoint home = Town.Move(40 * (number % 200 - 100), 40 * (number / 200 - 25));
        return
        [
            .. Enumerable.Range(0, Fixes).Select(minute => new Fix(
                "p", Start + Duration.FromMinutes(minute), Start + Duration.FromMinutes(minute),
                home.Move(minute < 40 ? minute % 3 : 70 * (minute - 40), minute % 2), 8, null, null, null, 80, FixSource.OsmAnd))
                .Select(fix => ImmutableArray.Create(fix)),
        ];
    }

    private static SharedZones Shared()
    {
        ZoneSet set = Enumerable.Range(0, Schools).Aggregate(ZoneSet.Empty, (before, number) => ZoneSetDecider.Evolve(
            before,
            new SharedZoneLaid(
                new ZoneId(Guid.CreateVersion7()), Station, "学校", ZoneKind.Exclusion,
                new ZoneGeometry.Circle(Town.Move(400 * (number % 20 - 10) + 13, 400 * (number / 20 - 5) + 17), 80), null, 2, Start, 50, null),
            Start));
        return new SharedZones.OfCounty(set).Concerning(Station);
    }

    private static Registered Register()
    {
        SubjectState state = new ISubjectEvent[]
        {
            new SubjectRegistered(
                new SubjectId(Guid.CreateVersion7()), new ForgettableRef(Guid.CreateVersion7(), "hash"), CorrectionCategory.Probation, Station.Code,
                new Judgment("沅江市人民法院", "（2026）湘0981刑初1号", new LocalDate(2026, 1, 1)), new CorrectionTerm(new LocalDate(2026, 1, 5), new LocalDate(2027, 1, 4)), MinorAtStart: false),
            new DeviceBound("p", DeviceProtocol.OsmAnd, DeviceKind.Phone),
            new ZoneImposed(new ZoneId(Guid.CreateVersion7()), "活动范围", ZoneKind.Inclusion, new ZoneGeometry.Circle(Town, 50_000), null, 2, null),
        }.Aggregate(SubjectState.Initial, (before, next) => SubjectDecider.Evolve(before, next, Start));
        return (Registered)state;
    }
}
