using Correction.Benchmarks;
using Correction.Testing;

var benchmarks = new Dictionary<string, Func<Task>>
{
    ["journal"] = JournalBenchmark.RunAsync,
    ["alarms"] = AlarmsBenchmark.RunAsync,
    ["ingest"] = IngestBenchmark.RunAsync,
    ["seal"] = SealBenchmark.RunAsync,
    ["archive"] = ArchiveBenchmark.RunAsync,
    ["nation"] = () => NationBenchmark.RunAsync(700_000),
    ["nation-of-70000"] = () => NationBenchmark.RunAsync(70_000), // the same in a tenth of the time, to look before it is run whole
    ["fanout"] = FanoutBenchmark.RunAsync,
    ["ingest808"] = Ingest808Benchmark.RunAsync,
    ["codec"] = CodecBenchmark.RunAsync,
    ["booking"] = BookingBenchmark.RunAsync,
    ["wake"] = WakeBenchmark.RunAsync,
    ["replay"] = ReplayBenchmark.RunAsync,
    ["fix-to-screen"] = FixToScreenBenchmark.RunAsync,
    ["track"] = TrackBenchmark.RunAsync,
    ["shared-zones"] = SharedZonesBenchmark.RunAsync,
    ["signalling"] = SignallingBenchmark.RunAsync,
    ["ledger"] = LedgerBenchmark.RunAsync,
    ["rebuild"] = RebuildBenchmark.RunAsync,
    ["report"] = ReportBenchmark.RunAsync,
};

if (args is not [var name] || !benchmarks.TryGetValue(name, out Func<Task>? run))
{
    Console.Error.WriteLine($"Name one benchmark: {string.Join(", ", benchmarks.Keys)}.");
    return 2;
}

try
{
    await run();
}
finally
{
    await PostgresServer.EndSharedAsync();
}

return 0;
