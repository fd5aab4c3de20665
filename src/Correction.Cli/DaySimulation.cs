using System.CommandLine;
using System.Net.Sockets;
using System.Text.Json;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Domain.Time;
using Correction.Gateway.Jt808.Codec;
using Correction.Simulation;
using Correction.Simulation.Terminals;
using NodaTime;

namespace Correction.Cli;

/// <summary>Where a simulated day is sent.</summary>
public sealed record DayGateways(Uri OsmAnd, string TerminalHost, int TerminalPort);

/// <summary>
/// <c>simulate day</c>: the whole of yesterday, as the devices of invented subjects would have reported it: with loss,
/// outages and their buffered upload, drift, jumps and clocks that are off. What truly happened is known, so that false
/// and missed alerts are counted: a JSON line for each violation, each false alert and each missed violation, and one for
/// the sum. A past day is sent, not a quick one: the server judges fixes by their own times, and no clock need be bent.
/// </summary>
public sealed class DaySimulation(ApiClient api, DayGateways gateways, TextWriter output)
{
    private static readonly JsonSerializerOptions Lines = new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static Command Command()
    {
        Option<int> subjects = Simulation.Positive("--subjects", 10, "How many invented subjects: every second a terminal over JT/T 808, the others phones over OsmAnd.");
        var seed = new Option<int>("--seed") { Description = "The same seed invents the same people and the same day.", DefaultValueFactory = _ => 1 };
        var station = new Option<string>("--jurisdiction") { Description = "The station that registers them.", DefaultValueFactory = _ => "430981001" };
        Option<Uri> osmAnd = ServerOptions.Address("--osmand", "http://localhost:5055", "The server's OsmAnd gateway.");
        var terminals = new Option<string>("--jt808") { Description = "The server's JT/T 808 gateway.", DefaultValueFactory = _ => "localhost:5015" };
        var server = new ServerOptions();
        var command = new Command("day", "Sends the whole of yesterday of invented subjects, prints what truly happened, and counts the server's false and missed alerts.")
            { subjects, seed, station, osmAnd, terminals };
        server.AddTo(command);
        command.SetRun(async (given, cancellation) =>
        {
            using var http = new HttpClient();
            (string host, int port) = Simulation.ReadGateway(given.GetValue(terminals)!);
            ApiClient api = await server.LogInAsync(given, http, cancellation);
            var run = new DaySimulation(api, new DayGateways(given.GetValue(osmAnd)!, host, port), Console.Out);
            Instant now = Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow());
            int refused = await run.RunAsync(given.GetValue(subjects), given.GetValue(seed), given.GetValue(station)!, now, cancellation);
            return refused == 0 ? ExitCode.Done : ExitCode.Refused;
        });
        return command;
    }

    /// <returns>How many fixes the gateways did not take.</returns>
    public async Task<int> RunAsync(int subjects, int seed, string station, Instant now, CancellationToken cancellation)
    {
        LocalDate yesterday = ChinaTime.DateOf(now).PlusDays(-1);
        (string Subject, SubjectDay Day)[] days = new (string, SubjectDay)[subjects];
        for (int number = 0; number < subjects; number++)
        {
            days[number] = await PrepareAsync(number, seed + number, yesterday, station, now, cancellation);
        }

        int[] refused = await Task.WhenAll(days.Select((day, number) => SendAsync(day.Subject, day.Day, IsTerminal(number), cancellation)));
        AlertScore sum = AlertScore.None;
        foreach ((string subject, SubjectDay day) in days)
        {
            sum += await JudgeAsync(subject, day, cancellation);
        }

        int violations = days.Sum(day => day.Day.Violations.Count(stay => !stay.Slight));
        Print(new { subjects, fixes = days.Sum(day => day.Day.Arrivals.Count), refused = refused.Sum(), violations, trueAlerts = sum.True, falseAlerts = sum.False, missed = sum.Missed });
        return refused.Sum();
    }

    private static bool IsTerminal(int number) => number % 2 == 0;

    private async Task<(string Subject, SubjectDay Day)> PrepareAsync(int number, int seed, LocalDate date, string station, Instant now, CancellationToken cancellation)
    {
        SubjectDay day = SubjectDay.Invent(seed).On(date);
#pragma warning disable RS0030 // seeded: the run can be repeated
        SimulatedPerson person = SimulatedPerson.Invent(new Random(seed));
#pragma warning restore RS0030
        string subject = await Simulation.RegisterAsync(api, person, $"day-{seed}", station, now, cancellation);
        await api.BindPhoneAsync(subject, IsTerminal(number) ? Simulation.NumberOf(subject) : PhoneOf(subject), IsTerminal(number) ? "jt808" : "osmand", cancellation);
        for (int zone = 0; zone < day.Zones.Count; zone++)
        {
            await api.ImposeZoneAsync(subject, Write(day.Zones[zone]), $"{subject}-{zone}", cancellation);
        }

        foreach (TrueViolation stay in day.Violations.Where(stay => !stay.Slight))
        {
            Print(Line("violation", subject, day, stay.Zone, stay.Since, stay.Until));
        }

        return (subject, day);
    }

    private async Task<int> SendAsync(string subject, SubjectDay day, bool terminal, CancellationToken cancellation)
    {
        try
        {
            if (!terminal)
            {
                using var http = new HttpClient();
                return await SubjectDayUpload.AsPhoneAsync(day, new DeviceClient(http, gateways.OsmAnd, gateways.OsmAnd), PhoneOf(subject), cancellation);
            }

            await using TerminalClient client = await TerminalClient.ConnectAsync(
                gateways.TerminalHost, gateways.TerminalPort, TerminalNumber.Parse(Simulation.NumberOf(subject), isLong: true), cancellation);
            return await SubjectDayUpload.AsTerminalAsync(day, client, cancellation);
        }
        catch (Exception failure) when (failure is IOException or SocketException or HttpRequestException)
        {
            throw new CommandFailureException(ExitCode.Unreachable, $"A gateway does not answer ({failure.Message}). See --osmand and --jt808.");
        }
    }

    private async Task<AlertScore> JudgeAsync(string subject, SubjectDay day, CancellationToken cancellation)
    {
        ILookup<string?, Guid> ids = (await api.ListAsync(subject, "zones", cancellation))
            .ToLookup(zone => zone.GetProperty("name").GetString(), zone => Guid.Parse(zone.GetProperty("zoneId").GetString()!));
        IReadOnlyList<AlertClaim> claims = BreachRecord.Read(await api.ListAsync(subject, "events", cancellation), [.. day.Zones.Select(zone => ids[zone.Name].First())]);
        foreach (AlertClaim claim in claims.Where(claim => !day.Violations.Any(claim.Tells)))
        {
            Print(Line("falseAlert", subject, day, claim.Zone, claim.Since, claim.Until));
        }

        foreach (TrueViolation stay in AlertScore.Unseen(day.Violations, claims))
        {
            Print(Line("missed", subject, day, stay.Zone, stay.Since, stay.Until));
        }

        return AlertScore.Of(day.Violations, claims);
    }

    private static object Line(string what, string subject, SubjectDay day, int zone, Instant from, Instant? to) =>
        new { what, subject, zone = day.Zones[zone].Name, kind = Word(day.Zones[zone].Kind), from = from.ToString(), to = to?.ToString() };

    private static object Write(ImposeZone zone) => new
    {
        name = zone.Name,
        kind = Word(zone.Kind),
        geometry = zone.Geometry switch
        {
            ZoneGeometry.Circle circle => (object)new { center = Pair(circle.Center), radius = circle.Radius },
            ZoneGeometry.Area area => new { type = "Polygon", coordinates = area.Rings.Select(ring => ring.Select(Pair)) },
            _ => throw new System.Diagnostics.UnreachableException(),
        },
        schedule = zone.Schedule is { } held
            ? new { days = held.Days.Select(day => JsonNamingPolicy.CamelCase.ConvertName(day.ToString())), from = held.From.ToString("HH:mm", null), to = held.To.ToString("HH:mm", null) }
            : null,
        confirmations = zone.Confirmations,
    };

    private static string PhoneOf(string subject) => $"day-{subject[^12..]}";

    private static string Word(ZoneKind kind) => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());

    private static double[] Pair(GeoPoint point) => [point.Longitude, point.Latitude];

    private void Print(object line) => output.WriteLine(JsonSerializer.Serialize(line, Lines));
}
