using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Domain.Subjects;
using NodaTime;
using NodaTime.Text;

namespace Correction.Server.Tests.Replay;

/// <summary>Lists and boards as of one time and as known at another.</summary>
public sealed class BoardReplayTests(SharedServer shared)
{
    private const int Seed = 20_260_602;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lists_and_the_board_of_a_station_show_what_a_plain_fold_of_the_rows_shows()
    {
        const string Station = "430981078"; // nobody else's
        var draw = new Histories(Seed);
        await using var store = new BackdatedStore(shared.Server.ConnectionString);
        var (subjects, alerts) = (new Dictionary<string, ImmutableArray<Dated>>(), new Dictionary<string, ImmutableArray<Dated>>());
        for (int n = 0; n < 8; n++)
        {
            var subject = new SubjectId(draw.NewId());
            await store.WriteAsync(StreamKeys.Subject(subject), draw.Dates(draw.Subject(subject, Station, 6)));
            subjects[subject.ToString()] = await store.ReadAsync(StreamKeys.Subject(subject));
            var alert = new AlertId(draw.NewId());
            await store.WriteAsync(StreamKeys.Alert(alert), draw.Dates(draw.Alert(alert, subject, Station)));
            alerts[alert.ToString()] = await store.ReadAsync(StreamKeys.Alert(alert));
        }

        using HttpClient auditor = await shared.Server.AsAsync("auditor");
        ImmutableArray<Dated>[] all = [.. subjects.Values, .. alerts.Values];
        for (int n = 0; n < 60; n++)
        {
            (Instant? asOf, Instant? knownAt) = (draw.Moment(draw.OneOf(all), row => row.OccurredAt), draw.Moment(draw.OneOf(all), row => row.RecordedAt));
            Dictionary<string, Registered> registered = Fold<Registered>(subjects, rows => rows.Aggregate(
                SubjectState.Initial, (state, row) => SubjectDecider.Evolve(state, (ISubjectEvent)row.Data, row.OccurredAt)), asOf, knownAt);
            Dictionary<string, Raised> raised = Fold<Raised>(alerts, rows => rows.Aggregate(
                AlertState.Initial, (state, row) => AlertDecider.Evolve(state, (IAlertEvent)row.Data, row.OccurredAt)), asOf, knownAt);
            string times = Times(asOf, knownAt), question = $"{times}, seed {Seed}";

            Dictionary<string, JsonElement> listed = await PagesAsync(auditor, $"api/v1/subjects?jurisdiction={Station}&limit=3{times}");
            AssertSame(registered.ToDictionary(known => known.Key, known => $"{known.Value.Zones.Count} {known.Value.Leaves.Length}"), listed.ToDictionary(
                item => item.Key, item => $"{item.Value.GetProperty("zones").GetArrayLength()} {item.Value.GetProperty("leaves").GetArrayLength()}"), question);
            foreach (string state in (string[])["open", "acknowledged", "resolved"])
            {
                Dictionary<string, JsonElement> queue = await PagesAsync(auditor, $"api/v1/alerts?jurisdiction={Station}&state={state}&limit=3{times}");
                AssertSame(
                    raised.Where(known => WireNames<AlertHandling>.Of(known.Value.Handling) == state).ToDictionary(known => known.Key, known => $"{known.Value.Condition}"),
                    queue.ToDictionary(item => item.Key, item => item.Value.GetProperty("condition").GetString()!, StringComparer.Ordinal), question, StringComparer.OrdinalIgnoreCase);
            }

            JsonElement board = await auditor.GetJsonAsync($"api/v1/boards/{Station}?{times}");
            ILookup<string, Raised> open = raised.Values.Where(alert => alert.Handling != AlertHandling.Resolved).ToLookup(alert => alert.Alert.SubjectId.ToString());
            AssertSame(registered.ToDictionary(known => known.Key, known => $"{Status(known.Value)} {open[known.Key].Count()}"), board.GetProperty("subjects").EnumerateArray().ToDictionary(
                item => item.GetProperty("id").GetString()!, item => $"{item.GetProperty("status").GetString()} {item.GetProperty("openAlerts").GetInt32()}"), question);
            Assert.Equal(open.Sum(subject => subject.Count()), board.GetProperty("alerts").GetArrayLength());
        }
    }

    [Fact]
    public async Task A_position_is_the_last_that_had_been_there_and_had_arrived()
    {
        using HttpClient officer = await shared.Server.AsAsync("officer");
        string subject = await officer.RegisterAsync("看板回放"), device = $"br-{subject[..12]}";
        using HttpResponseMessage bound = await officer.BindPhoneAsync(subject, device);
        using var phone = new HttpClient();
        Instant before = Now();
        Instant there = Instant.FromUnixTimeMilliseconds(Now().ToUnixTimeMilliseconds() + 1);
        await Calls.SendFixAsync(phone, shared.Server.OsmAnd, device, 112.36, 28.85, Milliseconds(there));
        Instant between = Now(); // in whole milliseconds, as the time of receipt is
        await Eventually.Until(() => Now() > between, "the next millisecond");
        await Calls.SendFixAsync(phone, shared.Server.OsmAnd, device, 112.360001, 28.85, Milliseconds(there + Duration.FromMilliseconds(20)));

        using HttpClient auditor = await shared.Server.AsAsync("auditor");
        Assert.Equal(112.360001, await LongitudeAsync(auditor, subject, ""));
        Assert.Equal(112.360001, await LongitudeAsync(auditor, subject, Times(there + Duration.FromMilliseconds(20), null)));
        Assert.Equal(112.36, await LongitudeAsync(auditor, subject, Times(there + Duration.FromMilliseconds(19), null)));
        Assert.Equal(112.36, await LongitudeAsync(auditor, subject, Times(null, between)));
        Assert.Null(await LongitudeAsync(auditor, subject, Times(null, before)));
        JsonElement look = (await auditor.GetJsonAsync($"api/v1/access?subject={subject}&what=board&account=auditor")).EnumerateArray().First();
        Assert.Equal("api", look.GetProperty("via").GetString());
    }

    [Theory]
    [InlineData("api/v1/boards/430981001")]
    [InlineData("api/v1/subjects")]
    [InlineData("api/v1/alerts")]
    [InlineData("api/v1/visits")]
    public async Task A_time_that_cannot_be_read_is_named(string path)
    {
        using HttpClient auditor = await shared.Server.AsAsync("auditor");
        using HttpResponseMessage answer = await auditor.GetAsync($"{path}?asOf=2026-03-01T02:03:04Z&knownAt=yesterday", Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        JsonElement errors = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancellation)).GetProperty("errors");
        Assert.Equal("knownAt", Assert.Single(errors.EnumerateObject()).Name);
    }

    [Fact]
    public async Task Nobody_sees_a_board_outside_the_own_jurisdiction_and_none_above_a_county_has_a_past()
    {
        using HttpClient officer = await shared.Server.AsAsync("officer");
        using HttpClient superior = await shared.Server.AsAsync("superior");
        using HttpResponseMessage outside = await officer.GetAsync("api/v1/boards/430981002", Cancellation);
        using HttpResponseMessage above = await superior.GetAsync("api/v1/boards/4309", Cancellation);
        Assert.Equal([HttpStatusCode.NotFound, HttpStatusCode.BadRequest], new[] { outside, above }.Select(answer => answer.StatusCode));
    }

    private static Instant Now() => Instant.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());

    private static string Milliseconds(Instant instant) => instant.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Status(Registered subject) =>
        subject.KnownZones.Any(zone => zone.Breached) ? "breach" : subject.Devices.Values.Any(device => device.SilenceAlert is not null) ? "silent" : "unheard";

    private static Dictionary<string, T> Fold<T>(Dictionary<string, ImmutableArray<Dated>> streams, Func<IEnumerable<Dated>, object> fold, Instant? asOf, Instant? knownAt) => streams
        .Select(stream => (stream.Key, State: fold(stream.Value.Where(row => (asOf is null || row.OccurredAt <= asOf) && (knownAt is null || row.RecordedAt <= knownAt)))))
        .Where(folded => folded.State is T).ToDictionary(folded => folded.Key, folded => (T)folded.State);

    private static void AssertSame(Dictionary<string, string> folded, Dictionary<string, string> told, string question, StringComparer? words = null) => Assert.True(
        folded.Count == told.Count && folded.All(known => told.TryGetValue(known.Key, out string? word) && (words ?? StringComparer.Ordinal).Equals(word, known.Value)),
        $"{question}\nfolded {string.Join("; ", folded.OrderBy(known => known.Key))}\ntold {string.Join("; ", told.OrderBy(known => known.Key))}");

    private static async Task<Dictionary<string, JsonElement>> PagesAsync(HttpClient http, string path)
    {
        var all = new Dictionary<string, JsonElement>();
        string? cursor = "";
        while (cursor is not null)
        {
            JsonElement page = await http.GetJsonAsync(path + cursor);
            foreach (JsonElement item in page.GetProperty("items").EnumerateArray())
            {
                Assert.True(all.TryAdd(item.GetProperty("id").GetString()!, item), "twice in the pages of one list");
            }

            cursor = page.GetProperty("next").GetString() is { } next ? $"&cursor={next}" : null;
        }

        return all;
    }

    private static async Task<double?> LongitudeAsync(HttpClient http, string subject, string times) =>
        (await http.GetJsonAsync($"api/v1/boards/430981001?{times}")).GetProperty("subjects").EnumerateArray().FirstOrDefault(item => item.GetProperty("id").GetString() == subject) is { ValueKind: JsonValueKind.Object } found
            && found.GetProperty("position") is { ValueKind: JsonValueKind.Object } position ? position.GetProperty("lon").GetDouble() : null;

    private static string Times(Instant? asOf, Instant? knownAt) => string.Concat(new[] { ("asOf", asOf), ("knownAt", knownAt) }
        .Where(time => time.Item2 is not null).Select(time => $"&{time.Item1}={InstantPattern.ExtendedIso.Format(time.Item2!.Value)}"));
}
