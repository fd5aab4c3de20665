using System.Collections.Immutable;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Messages;
using Correction.Domain.Visits;
using Correction.Grains.Visits;
using Correction.Store.Journaling;
using Correction.Store.Messages;
using Correction.Store.Reading;
using Correction.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Orleans.TestingHost;

namespace Correction.Grains.Tests.Visits;

/// <summary>Two silos whose time the tests set; each test has a prison of its own.</summary>
public sealed class VisitsFixture : IAsyncLifetime
{
    private InProcessTestCluster _cluster = null!;

    public SetClock Clock { get; } = new(Instant.FromUtc(2026, 3, 2, 2, 0));

    public IGrainFactory Grains => _cluster.Client;

    public VisitDesk Desk => new(Grains, Clock);

    public VisitStatistics Statistics => _cluster.Silos[0].ServiceProvider.GetRequiredService<VisitStatistics>();

    public VisitIndex Visits => _cluster.Silos[0].ServiceProvider.GetRequiredService<VisitIndex>();

    public EventReader Events => _cluster.Silos[0].ServiceProvider.GetRequiredService<EventReader>();

    /// <summary>Kinds of the messages about a stream that wait or were sent, those of reminders too, in the order in which they are due.</summary>
    public async Task<string[]> MessagesAsync(string key, string account) =>
    [
        .. (await _cluster.Silos[0].ServiceProvider.GetRequiredService<MessageOutbox>().AboutAsync(key, account, Clock.Now + Duration.FromDays(60), TestContext.Current.CancellationToken))
            .OrderBy(each => each.Message.DueAt).Select(each => WireNames<MessageKind>.Of(each.Message.Kind)),
    ];

    public static Actor Family(int number = 1) => new($"family{number}", Role.Family, "430981");

    public async ValueTask InitializeAsync() => _cluster = await GrainsFixture.DeployAsync("visits", silos: 2, Clock);

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    /// <summary>A prison with one slot a day, from nine in the morning.</summary>
    public async Task<VisitPrison> PrisonAsync(string code, int capacity, int perMonth = 1)
    {
        Jurisdiction prison = Jurisdiction.Parse(code);
        var officer = new Actor("prison", Role.Prison, code);
        var session = new SessionTemplate(
            "am", [.. Enum.GetValues<IsoDayOfWeek>().Where(day => day != IsoDayOfWeek.None)], new LocalTime(9, 0), new LocalTime(9, 30), 30, capacity, [], new LocalDate(2026, 1, 1), null);
        var policy = new VisitPolicy(
            new LocalDate(2026, 1, 1), "会见须知（示例）", false, [session], [new QuotaRule("standard", "video", [VisitChannel.Station, VisitChannel.Phone], perMonth)],
            MostVisitors: 3, StationMinutes: 30, PhoneMinutes: 25, LeadDays: 1, WindowDays: 30);
        await DoneAsync(Grains.Prison(prison).Execute(new RegisterPrison("示例监狱"), CommandEnvelope.By(officer)));
        await DoneAsync(Grains.Prison(prison).Execute(new AdoptVisitPolicy(policy), CommandEnvelope.By(officer)));
        return new VisitPrison(this, prison, officer);
    }

    public static async Task<CommandOutcome.Done> DoneAsync(Task<CommandOutcome> command)
    {
        CommandOutcome outcome = await command;
        return outcome as CommandOutcome.Done ?? throw new Xunit.Sdk.XunitException($"Not accepted: {outcome}");
    }

    public async Task<ImmutableArray<RecordedEvent>> StreamAsync(string key) => await Events.ReadStreamAsync(key, TestContext.Current.CancellationToken);

    public static PersonalRecord Personal(string kind)
    {
        using JsonDocument body = JsonDocument.Parse("""{"name":"某甲","text":"说明"}""");
        return new PersonalRecord(Guid.CreateVersion7(), kind, body.RootElement.Clone(), new byte[16]);
    }
}

/// <summary>A prison of one test.</summary>
public sealed record VisitPrison(VisitsFixture Fixture, Jurisdiction Code, Actor Officer)
{
    private IGrainFactory Grains => Fixture.Grains;

    public static CommandEnvelope By(Actor actor) => CommandEnvelope.By(actor);

    public SlotId SlotOn(LocalDate date) => new(Code, date, "am", new LocalTime(9, 0));

    public PrisonerKey Prisoner(int number) => new(Code, $"{number}");

    /// <summary>A prisoner and a verified relative with the account of that number.</summary>
    public async Task<RelativeId> FamilyAsync(int number)
    {
        PersonalRecord prisoner = VisitsFixture.Personal("person");
        await VisitsFixture.DoneAsync(Grains.Prisoner(Prisoner(number)).Execute(new ReceivePrisoner(prisoner.Reference, "standard", false), By(Officer) with { Personal = [prisoner] }));
        return await RelativeAsync(number);
    }

    /// <summary>Another verified relative of that prisoner.</summary>
    public async Task<RelativeId> RelativeAsync(int number)
    {
        PersonalRecord person = VisitsFixture.Personal("person"), paper = VisitsFixture.Personal("paper");
        var id = new RelativeId(Guid.CreateVersion7());
        var apply = new ApplyAsRelative(
            id, Prisoner(number), Relationship.Parent, person.Reference, new LocalDate(1970, 1, 1), $"family{number}", Jurisdiction.Parse("430981"), null);
        await VisitsFixture.DoneAsync(Grains.Relative(id).Execute(apply, By(VisitsFixture.Family(number)) with { Personal = [person] }));
        await VisitsFixture.DoneAsync(Grains.Relative(id).Execute(new AddKinshipPaper(PaperKind.HouseholdRegister, paper.Reference), By(VisitsFixture.Family(number)) with { Personal = [paper] }));
        await VisitsFixture.DoneAsync(Fixture.Desk.VerifyAsync(id, By(GrainsFixture.Officer)));
        return id;
    }

    public Task<(VisitId Visit, CommandOutcome Outcome)> BookAsync(int number, RelativeId visitor, LocalDate date) => BookAsync(number, [visitor], date);

    public async Task<(VisitId Visit, CommandOutcome Outcome)> BookAsync(int number, ImmutableArray<RelativeId> visitors, LocalDate date)
    {
        var request = new VisitRequest(new VisitId(Guid.CreateVersion7()), SlotOn(date), $"{number}", visitors, VisitChannel.Station, Jurisdiction.Parse("430981"));
        return (request.VisitId, await Fixture.Desk.BookAsync(request, By(VisitsFixture.Family(number))));
    }

    public Task<VisitId> BookedAsync(int number, RelativeId visitor, LocalDate date) => BookedAsync(number, [visitor], date);

    public async Task<VisitId> BookedAsync(int number, ImmutableArray<RelativeId> visitors, LocalDate date)
    {
        (VisitId visit, CommandOutcome outcome) = await BookAsync(number, visitors, date);
        return outcome is CommandOutcome.Done ? visit : throw new Xunit.Sdk.XunitException($"Not booked: {outcome}");
    }

    public Task<CommandOutcome> ApproveAsync(VisitId visit) => Fixture.Desk.WithFactsAsync(visit, (prisoner, visitors) => new ApproveVisit(prisoner, visitors), By(Officer));

    /// <summary>Used and not refunded, over all months.</summary>
    public async Task<int> UsedAsync(int number) => (await Grains.Credits(Prisoner(number)).Read()).Uses.Count();
}
