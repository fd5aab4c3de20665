using Correction.Benchmarks;

var benchmarks = new Dictionary<string, Func<Task>>
{
    ["journal"] = JournalBenchmark.RunAsync,
    ["ingest"] = IngestBenchmark.RunAsync,
    ["fix-to-screen"] = FixToScreenBenchmark.RunAsync,
};

if (args is not [var name] || !benchmarks.TryGetValue(name, out Func<Task>? run))
{
    Console.Error.WriteLine($"Name one benchmark: {string.Join(", ", benchmarks.Keys)}.");
    return 2;
}

await run();
return 0;
