using System.CommandLine;
using System.Globalization;
using Correction.Domain.Subjects;
using Correction.Domain.Time;
using Correction.Simulation;
using NodaTime;
using NodaTime.Text;

namespace Correction.Cli;

/// <summary><c>simulate</c>: invented subjects with phones report at a steady rate; says what the server took and how fast.</summary>
internal static class Simulation
{
    public static Command Command()
    {
        Option<int> subjects = Positive("--subjects", 20, "How many invented subjects report.");
        var rate = new Option<double>("--rate") { Description = "Fixes per second, all subjects together.", DefaultValueFactory = _ => 10 };
        rate.Validators.Add(result => Require(result, result.GetValueOrDefault<double>() is > 0 and <= 100_000, "--rate: more than 0, at most 100000."));
        var duration = new Option<TimeSpan>("--duration")
        {
            Description = "How long, such as 30s, 5m or 1h.",
            DefaultValueFactory = _ => TimeSpan.FromSeconds(30),
            CustomParser = result => ReadDuration(result),
        };
        var seed = new Option<int>("--seed") { Description = "The same seed invents the same people and ways.", DefaultValueFactory = _ => 1 };
        var station = new Option<string>("--jurisdiction") { Description = "The station that registers them.", DefaultValueFactory = _ => "430981001" };
        Option<Uri> osmAnd = ServerOptions.Address("--osmand", "http://localhost:5055", "The server's OsmAnd gateway.");
        Option<Uri> ownTracks = ServerOptions.Address("--owntracks", "http://localhost:5144", "The server's OwnTracks gateway.");
        var server = new ServerOptions();
        var command = new Command("simulate", "Registers invented subjects, binds their phones, and lets them report.")
            { subjects, rate, duration, seed, station, osmAnd, ownTracks };
        server.AddTo(command);
        command.SetRun(async (given, cancellation) =>
        {
            using var http = new HttpClient();
            ApiClient api = await server.LogInAsync(given, http, cancellation);
            Instant now = Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow());
            IReadOnlyList<DemoSubject> people = DemoCounty.Subjects(given.GetValue(seed), given.GetValue(subjects));
            var devices = new List<LoadDevice>();
            foreach (DemoSubject person in people)
            {
                devices.Add(await PrepareAsync(api, person, given.GetValue(seed), given.GetValue(station)!, now, cancellation));
            }

            Console.WriteLine($"{devices.Count} subjects are registered and bound.");
            using var phones = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
            var run = new LoadRun(new DeviceClient(phones, given.GetValue(osmAnd)!, given.GetValue(ownTracks)!), devices, TimeProvider.System);
            return Tell(await run.RunAsync(given.GetValue(rate), given.GetValue(duration), cancellation));
        });
        return command;
    }

    private static async Task<LoadDevice> PrepareAsync(
        ApiClient api, DemoSubject subject, int seed, string station, Instant now, CancellationToken cancellation)
    {
        LocalDate today = ChinaTime.DateOf(now);
        string Day(LocalDate date) => LocalDatePattern.Iso.Format(date);
        string name = string.Create(CultureInfo.InvariantCulture, $"sim-{seed}-{subject.Number}");
        SimulatedPerson person = subject.Person;
        string id = await api.RegisterAsync(
            new
            {
                person = new { name = person.Name, idNumber = person.IdNumber, birthDate = Day(person.BirthDate), sex = person.Sex, phone = person.Phone },
                category = "probation",
                jurisdiction = station,
                judgment = new { court = "沅江市人民法院", documentNumber = $"模拟 {name}", effectiveOn = Day(today.PlusDays(-40)) },
                term = new { from = Day(today.PlusDays(-30)), to = Day(today.PlusMonths(18)) },
            },
            $"{name}-{station}-{Day(today)}",
            cancellation);
        string device = $"{name}-{id[^12..]}";
        string protocol = subject.Protocol == DeviceProtocol.OwnTracks ? "owntracks" : "osmand";
        await api.BindPhoneAsync(id, device, protocol, cancellation);
        return new LoadDevice(device, subject.Protocol, subject.Walker(now));
    }

    private static ExitCode Tell(LoadResult result)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"taken {result.Taken}, refused {result.Refused}, unanswered {result.Unanswered} in {result.Took.TotalSeconds:F1} s: {result.PerSecond:F1} fixes/s; latency p50 {result.P50.TotalMilliseconds:F1} ms, p99 {result.P99.TotalMilliseconds:F1} ms"));
        return result switch
        {
            { Taken: 0, Refused: 0 } => ExitCode.Unreachable,
            { Refused: 0, Unanswered: 0 } => ExitCode.Done,
            _ => ExitCode.Refused,
        };
    }

    private static Option<int> Positive(string name, int standard, string description)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => standard };
        option.Validators.Add(result => Require(result, result.GetValueOrDefault<int>() is > 0 and <= 100_000, $"{name}: 1 to 100000."));
        return option;
    }

    private static void Require(System.CommandLine.Parsing.SymbolResult result, bool valid, string message)
    {
        if (!valid)
        {
            result.AddError(message);
        }
    }

    private static TimeSpan ReadDuration(System.CommandLine.Parsing.ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        bool number = double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double amount);
        int unit = text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        if (number && unit > 0 && amount > 0 && amount * unit <= 86_400)
        {
            return TimeSpan.FromSeconds(amount * unit);
        }

        result.AddError("--duration: a number and s, m or h, such as 30s; at most 24h.");
        return default;
    }
}
