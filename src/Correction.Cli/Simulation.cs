using System.CommandLine;
using System.Globalization;
using Correction.Domain.Subjects;
using Correction.Domain.Time;
using Correction.Gateway.Jt808.Codec;
using Correction.Simulation;
using Correction.Simulation.Terminals;
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
        var terminals = new Option<string?>("--jt808") { Description = "Report as JT/T 808 terminals to this gateway, such as localhost:5015, instead of as phones." };
        var tunnels = new Option<bool>("--tunnels") { Description = "Terminals lose the network now and then and send what they kept in batches." };
        var server = new ServerOptions();
        var command = new Command("simulate", "Registers invented subjects, binds their devices, and lets them report.")
            { subjects, rate, duration, seed, station, osmAnd, ownTracks, terminals, tunnels };
        command.Add(DaySimulation.Command());
        server.AddTo(command);
        command.SetRun(async (given, cancellation) =>
        {
            using var http = new HttpClient();
            ApiClient api = await server.LogInAsync(given, http, cancellation);
            Instant now = Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow());
            IReadOnlyList<DemoSubject> people = DemoCounty.Subjects(given.GetValue(seed), given.GetValue(subjects));
            if (given.GetValue(terminals) is { } gateway)
            {
                TerminalRun run808 = await PrepareTerminalsAsync(api, people, gateway, given.GetValue(seed), given.GetValue(station)!, now, cancellation);
                return Tell(await run808.RunAsync(given.GetValue(rate), given.GetValue(duration), given.GetValue(tunnels), cancellation));
            }

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

    private static async Task<TerminalRun> PrepareTerminalsAsync(
        ApiClient api, IReadOnlyList<DemoSubject> people, string gateway, int seed, string station, Instant now, CancellationToken cancellation)
    {
        (string host, int port) = ReadGateway(gateway);
        var terminals = new List<RunTerminal>();
        foreach (DemoSubject person in people)
        {
            (string id, _) = await RegisterAsync(api, person, seed, station, now, cancellation);
            string number = NumberOf(id);
            await api.BindPhoneAsync(id, number, "jt808", cancellation);
            terminals.Add(new RunTerminal(TerminalNumber.Parse(number, isLong: person.Number % 2 == 0), person.Walker(now), seed + person.Number));
        }

        Console.WriteLine($"{terminals.Count} subjects are registered and bound.");
        return new TerminalRun(host, port, terminals, TimeProvider.System);
    }

    /// <summary>A terminal number of eleven digits, from the id of its subject.</summary>
    internal static string NumberOf(string subject) => string.Create(
        CultureInfo.InvariantCulture, $"14{ulong.Parse(subject[^12..], NumberStyles.HexNumber, CultureInfo.InvariantCulture) % 1_000_000_000:D9}");

    internal static (string Host, int Port) ReadGateway(string gateway)
    {
        string[] address = gateway.Split(':');
        return address.Length == 2 && int.TryParse(address[1], CultureInfo.InvariantCulture, out int port) ? (address[0], port)
            : throw new CommandFailureException(ExitCode.Unusable, "--jt808: give host and port, such as localhost:5015.");
    }

    private static async Task<LoadDevice> PrepareAsync(
        ApiClient api, DemoSubject subject, int seed, string station, Instant now, CancellationToken cancellation)
    {
        (string id, string name) = await RegisterAsync(api, subject, seed, station, now, cancellation);
        string device = $"{name}-{id[^12..]}";
        string protocol = subject.Protocol == DeviceProtocol.OwnTracks ? "owntracks" : "osmand";
        await api.BindPhoneAsync(id, device, protocol, cancellation);
        return new LoadDevice(device, subject.Protocol, subject.Walker(now));
    }

    private static async Task<(string Id, string Name)> RegisterAsync(
        ApiClient api, DemoSubject subject, int seed, string station, Instant now, CancellationToken cancellation)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"sim-{seed}-{subject.Number}");
        return (await RegisterAsync(api, subject.Person, name, station, now, cancellation), name);
    }

    /// <summary>Registers an invented person; on one day once under a name.</summary>
    internal static Task<string> RegisterAsync(ApiClient api, SimulatedPerson person, string name, string station, Instant now, CancellationToken cancellation)
    {
        LocalDate today = ChinaTime.DateOf(now);
        string Day(LocalDate date) => LocalDatePattern.Iso.Format(date);
        return api.RegisterAsync(
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

    internal static Option<int> Positive(string name, int standard, string description)
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
