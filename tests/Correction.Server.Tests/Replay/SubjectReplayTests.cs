using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Correction.Domain;
using Correction.Domain.Subjects;
using Correction.Server.Api;
using NodaTime;
using NodaTime.Serialization.SystemTextJson;
using NodaTime.Text;

namespace Correction.Server.Tests.Replay;

/// <summary>A subject as of one time and as known at another, against a plain fold of the rows that pass both.</summary>
public sealed class SubjectReplayTests(SharedServer shared)
{
    private const int Seed = 20_260_601;
    private const int Subjects = 25;
    private const int Questions = 1_000;
    private const string Station = "430981077"; // nobody else's

    private static readonly JsonSerializerOptions Json = new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    }.ConfigureForNodaTime(DateTimeZoneProviders.Tzdb);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task For_a_thousand_subjects_and_pairs_of_times_the_api_answers_a_plain_fold_of_the_rows()
    {
        var draw = new Histories(Seed);
        await using var store = new BackdatedStore(shared.Server.ConnectionString);
        (SubjectId Id, ImmutableArray<Dated> Rows)[] subjects = new (SubjectId, ImmutableArray<Dated>)[Subjects];
        for (int n = 0; n < Subjects; n++)
        {
            var id = new SubjectId(draw.NewId());
            await store.WriteAsync(StreamKeys.Subject(id), draw.Dates(draw.Subject(id, Station, 40)));
            subjects[n] = (id, await store.ReadAsync(StreamKeys.Subject(id)));
        }

        (SubjectId Id, ImmutableArray<Dated> Rows, Instant? AsOf, Instant? KnownAt)[] questions =
        [
            .. Enumerable.Range(0, Questions).Select(_ => draw.OneOf(subjects))
                .Select(subject => (subject.Id, subject.Rows, draw.Moment(subject.Rows, row => row.OccurredAt), draw.Moment(subject.Rows, row => row.RecordedAt))),
        ];
        using HttpClient auditor = await shared.Server.AsAsync("auditor");
        (int none, int part) = (0, 0);
        await Parallel.ForEachAsync(questions, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancellation }, async (asked, _) =>
        {
            Dated[] passing = [.. asked.Rows.Where(row => (asked.AsOf is null || row.OccurredAt <= asked.AsOf) && (asked.KnownAt is null || row.RecordedAt <= asked.KnownAt))];
            Interlocked.Add(ref part, passing.Length > 0 && passing.Length < asked.Rows.Length ? 1 : 0);
            Interlocked.Add(ref none, passing.Length == 0 ? 1 : 0);
            (HttpStatusCode status, JsonNode? told) = await AskAsync(auditor, asked.Id, asked.AsOf, asked.KnownAt);
            string question = $"subject {asked.Id} asOf {asked.AsOf} knownAt {asked.KnownAt}, seed {Seed}";
            if (passing.Aggregate(SubjectState.Initial, (state, row) => SubjectDecider.Evolve(state, (ISubjectEvent)row.Data, row.OccurredAt)) is not Registered expected)
            {
                Assert.True(status == HttpStatusCode.NotFound, $"{question}: {status} {told}");
                return;
            }

            JsonNode? folded = JsonSerializer.SerializeToNode(SubjectDirectory.Write(expected, passing[^1].Version, null), Json);
            Assert.True(JsonNode.DeepEquals(folded, told), $"{question}:\nfolded {folded}\ntold {status} {told}");
        });
        Assert.True(none > 50 && part > 500, $"The questions ask too little: {none} times of nothing, {part} times of a part.");
    }

    private static async Task<(HttpStatusCode Status, JsonNode? Told)> AskAsync(HttpClient http, SubjectId id, Instant? asOf, Instant? knownAt)
    {
        using HttpResponseMessage answer = await http.GetAsync($"api/v1/subjects/{id}{Query(asOf, knownAt)}", Cancellation);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation)));
    }

    private static string Query(Instant? asOf, Instant? knownAt) => "?" + string.Join('&', new[] { ("asOf", asOf), ("knownAt", knownAt) }
        .Where(time => time.Item2 is not null).Select(time => $"{time.Item1}={InstantPattern.ExtendedIso.Format(time.Item2!.Value)}"));
}
