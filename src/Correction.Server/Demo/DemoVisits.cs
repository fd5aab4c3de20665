using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Correction.Domain;
using Correction.Domain.Time;
using Correction.Domain.Visits;
using Correction.Grains;
using Correction.Grains.Visits;
using Correction.Server.Api;
using Correction.Server.Hosting;
using Correction.Simulation;
using Correction.Store.Journaling;
using NodaTime;
using NodaTime.Text;

namespace Correction.Server.Demo;

/// <summary>
/// Seeds the demo's prison 4301P1 through the grains: a policy, prisoners, relatives of the family's account, visits of today
/// and the next days. A second start finds what is there and adds the visits of a new day.
/// </summary>
internal sealed partial class DemoVisits(IGrainFactory grains, VisitDesk desk, IHostApplicationLifetime lifetime, IClock clock, ILogger<DemoVisits> logger) : BackgroundService
{
    private static readonly Jurisdiction Prison = Jurisdiction.Parse("4301P1");
    private static readonly Jurisdiction Office = Jurisdiction.Parse("430981");
    private static readonly Actor PrisonOfficer = new("prison", Role.Prison, "4301P1");
    private static readonly Actor Officer = new("officer", Role.Officer, "430981001");
    private static readonly Actor Family = new("family", Role.Family, "430981");

    /// <summary>Who is not verified waits for an officer.</summary>
    private static readonly (string Number, Relationship Relationship, bool Verified)[] Relatives =
    [
        ("1001", Relationship.Parent, true),
        ("1001", Relationship.Spouse, true),
        ("1002", Relationship.Sibling, true),
        ("1003", Relationship.Lawyer, true),
        ("1004", Relationship.Parent, false),
    ];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await lifetime.WaitUntilStartedAsync(stoppingToken);
        await grains.Prison(Prison).Execute(new RegisterPrison("示例监狱"), CommandEnvelope.By(PrisonOfficer));
        if ((await grains.Prison(Prison).Read()).Policies.IsEmpty)
        {
            await grains.Prison(Prison).Execute(new AdoptVisitPolicy(Policy()), CommandEnvelope.By(PrisonOfficer));
        }

        foreach (string number in Relatives.Select(relative => relative.Number).Distinct())
        {
            PersonalRecord person = Person("prisoner/" + number);
            await grains.Prisoner(new PrisonerKey(Prison, number)).Execute(
                new ReceivePrisoner(person.Reference, "standard", Minor: false), CommandEnvelope.By(PrisonOfficer) with { Personal = [person] });
        }

        RelativeId[] relatives = await Task.WhenAll(Relatives.Select((_, index) => RelativeAsync(index)));
        LogSeeded(logger, await BookAsync(relatives));
    }

    private async Task<RelativeId> RelativeAsync(int index)
    {
        (string number, Relationship relationship, bool verified) = Relatives[index];
        var id = new RelativeId(Id($"relative/{index}"));
        PersonalRecord person = Person($"relative/{index}"), paper = CommandEndpoint.Personal("paper", new { mediaType = "image/png", content = Convert.FromBase64String(OnePixel) });
        IRelativeGrain relative = grains.Relative(id);
        var apply = new ApplyAsRelative(id, new PrisonerKey(Prison, number), relationship, person.Reference, Adult, Family.Account, Office, null);
        if (await relative.Execute(apply, CommandEnvelope.By(Family) with { Personal = [person] }) is CommandOutcome.Done)
        {
            PaperKind kind = relationship == Relationship.Lawyer ? PaperKind.LawyersPapers : PaperKind.HouseholdRegister;
            await relative.Execute(new AddKinshipPaper(kind, paper.Reference), CommandEnvelope.By(Family) with { Personal = [paper] });
            if (verified)
            {
                await desk.VerifyAsync(id, CommandEnvelope.By(Officer));
            }
        }

        return id;
    }

    /// <summary>One soon and approved, one of a lawyer tomorrow, one the day after that waits for the prison.</summary>
    private async Task<int> BookAsync(RelativeId[] relatives)
    {
        LocalDate today = ChinaTime.DateOf(clock.GetCurrentInstant());
        (string Number, RelativeId[] Visitors, LocalDate Date, bool Approved)[] visits =
        [
            ("1001", [relatives[0], relatives[1]], today, true),
            ("1003", [relatives[3]], today.PlusDays(1), true),
            ("1002", [relatives[2]], today.PlusDays(2), false),
        ];
        int booked = 0;
        foreach ((string number, RelativeId[] visitors, LocalDate date, bool approved) in visits)
        {
            var id = new VisitId(Id($"visit/{LocalDatePattern.Iso.Format(date)}/{number}"));
            if (await grains.Visit(id).Read() is null && await NextFreeAsync(date) is { } slot)
            {
                var request = new VisitRequest(id, slot, number, [.. visitors], VisitChannel.Station, Office);
                CommandOutcome outcome = await desk.BookAsync(request, CommandEnvelope.By(Officer)); // the office may at short notice
                booked += outcome is CommandOutcome.Done ? 1 : 0;
                if (outcome is CommandOutcome.Done && approved)
                {
                    await desk.WithFactsAsync(id, (prisoner, known) => new ApproveVisit(prisoner, known), CommandEnvelope.By(PrisonOfficer));
                }
            }
        }

        return booked;
    }

    /// <summary>The first that begins in ten minutes or later; null late in the evening.</summary>
    private async Task<SlotId?> NextFreeAsync(LocalDate date)
    {
        Instant soon = clock.GetCurrentInstant() + Duration.FromMinutes(10);
        return (await grains.DayOf(Prison, date).Slots()).FirstOrDefault(place => place.Free > 0 && place.Slot.From >= soon)?.Slot.Id;
    }

    /// <summary>Open long hours every day, so that a demo at any time of day has a visit.</summary>
    private static VisitPolicy Policy() => new(
        new LocalDate(2026, 1, 1), "演示数据，非真实规定", Verified: false,
        [
            new SessionTemplate(
                "day", [.. Enum.GetValues<IsoDayOfWeek>().Where(day => day != IsoDayOfWeek.None)], new LocalTime(8, 0), new LocalTime(22, 0), 30, 3, ["1", "2", "3"], new LocalDate(2026, 1, 1), null),
        ],
        [
            new QuotaRule("lenient", "video", [VisitChannel.Station, VisitChannel.Phone], 31),
            new QuotaRule("standard", "video", [VisitChannel.Station, VisitChannel.Phone], 31), // a demo is started anew every day
        ],
        MostVisitors: 3, StationMinutes: 30, PhoneMinutes: 25, LeadDays: 0, WindowDays: 30);

    /// <summary>All of them are grown up; nobody is born on a day that an event would tell.</summary>
    private static readonly LocalDate Adult = new(1970, 1, 1);

    private const string OnePixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    /// <summary>Invented, always the same.</summary>
    private static PersonalRecord Person(string whose)
    {
        SimulatedPerson person = SimulatedPerson.Invent(new Random(BitConverter.ToInt32(Id(whose).ToByteArray())));
        return CommandEndpoint.Personal("person", new
        {
            name = person.Name, idNumber = person.IdNumber, birthDate = LocalDatePattern.Iso.Format(person.BirthDate), sex = person.Sex, phone = person.Phone, address = (string?)null,
        });
    }

    private static Guid Id(string what) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"demo/{Prison}/{what}")).AsSpan(0, 16));

    [LoggerMessage(504, LogLevel.Information, "Demo prison: {Visits} visits booked now.")]
    private static partial void LogSeeded(ILogger logger, int visits);
}
