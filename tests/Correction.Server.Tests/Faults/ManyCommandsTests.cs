using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Correction.Server.Tests.Faults;

/// <summary>Two hundred registrations and two thousand commands of all kinds, sent at once.</summary>
public sealed class ManyCommandsTests(SharedServer shared)
{
    private const int Known = 100;
    private const int Registrations = 200;
    private const int Lifts = 5;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_acknowledged_ones_are_in_their_streams_exactly_once_with_gapless_versions()
    {
        using HttpClient officer = await shared.Server.AsAsync("officer");
        using HttpClient auditor = await shared.Server.AsAsync("auditor");
        Person[] known = await Task.WhenAll(Enumerable.Range(0, Known).Select(number => PrepareAsync(officer, number)));

        Task<string[]> registering = Task.WhenAll(Enumerable.Range(0, Registrations).Select(number => officer.RegisterAsync($"并发{number}")));
        Task<(HttpStatusCode Status, Acknowledged? Promise)[]> commanding = Task.WhenAll(known.SelectMany(Commands).Select(command => SendAsync(officer, command)));
        string[] registered = await registering;
        (HttpStatusCode Status, Acknowledged? Promise)[] answers = await commanding;

        Assert.Equal(2_000, answers.Length);
        Assert.All(answers, answer => Assert.Contains(answer.Status, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.Conflict])); // an alert may be resolved before it is acknowledged
        Assert.Equal(Registrations, registered.Distinct().Count());
        await answers.Select(answer => answer.Promise).OfType<Acknowledged>().AssertStoredOnceAsync(auditor, known.SelectMany(person => (string[])[$"subject/{person.Id}", $"alert/{person.Alert}"]));
        foreach (Person person in known)
        {
            string[] subject = await AcknowledgedCommands.ReadAsync(auditor, $"subject/{person.Id}");
            string[] alert = await AcknowledgedCommands.ReadAsync(auditor, $"alert/{person.Alert}");
            Assert.Equal((1 + Lifts + 10, Lifts), (subject.Count(type => type == "zone_imposed"), subject.Count(type => type == "zone_lifted")));
            Assert.Single(alert, "alert_resolved");
            Assert.True(alert.Count(type => type == "alert_acknowledged") <= 1);
        }

        foreach (string subject in registered)
        {
            Assert.Equal(["subject_registered"], await AcknowledgedCommands.ReadAsync(auditor, $"subject/{subject}"));
        }
    }

    private sealed record Person(string Id, string Alert, string[] Zones);

    private sealed record Command(string Stream, string Path, object Body);

    /// <summary>Twenty for each: zones imposed and lifted, the alert acknowledged by two officers and resolved by three.</summary>
    private static IEnumerable<Command> Commands(Person person) =>
    [
        .. Enumerable.Range(0, 10).Select(zone => new Command($"subject/{person.Id}", $"api/v1/subjects/{person.Id}/zones", Calls.Circle(112.3 + (zone * 0.01), 28.8, 100))),
        .. person.Zones.Select(zone => new Command($"subject/{person.Id}", $"api/v1/subjects/{person.Id}/zones/{zone}/lift", new { })),
        .. Enumerable.Repeat(new Command($"alert/{person.Alert}", $"api/v1/alerts/{person.Alert}/acknowledge", new { note = "知悉" }), 2),
        .. Enumerable.Repeat(new Command($"alert/{person.Alert}", $"api/v1/alerts/{person.Alert}/resolve", new { outcome = "confirmed", note = "已核实" }), 3),
    ];

    private async Task<Person> PrepareAsync(HttpClient officer, int number)
    {
        string subject = await officer.RegisterAsync($"在册{number}");
        string alert = await AlertScene.RaiseAsync(shared.Server, officer, subject, $"many-{number}");
        string[] zones = await Task.WhenAll(Enumerable.Range(0, Lifts).Select(async zone =>
        {
            using HttpResponseMessage imposed = await officer.PostAsJsonAsync($"api/v1/subjects/{subject}/zones", Calls.Circle(112.5 + (zone * 0.01), 28.8, 100), Cancellation);
            return (await imposed.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("events")[0].GetProperty("id").GetString()!;
        }));
        return new Person(subject, alert, zones);
    }

    private static async Task<(HttpStatusCode Status, Acknowledged? Promise)> SendAsync(HttpClient officer, Command command)
    {
        using HttpResponseMessage answer = await officer.PostAsJsonAsync(command.Path, command.Body, Cancellation);
        return (answer.StatusCode, answer.IsSuccessStatusCode ? await Acknowledged.ReadAsync(command.Stream, answer) : null);
    }
}
