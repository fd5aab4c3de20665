using Correction.Domain;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Domain.ZoneSets;
using Correction.Store.Reading;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using static Correction.Grains.Tests.GrainsFixture;

namespace Correction.Grains.Tests;

/// <summary>Shared zones reach subjects that are awake on any silo, and no event of a subject is written for it.</summary>
public sealed class ZoneSetGrainTests(GrainsFixture fixture)
{
    private const string Station = "431202001"; // a county of its own: other tests walk elsewhere
    private static readonly Actor Approver = new("approver", Role.Approver, "431202");
    private static readonly GeoPoint School = new(109.9, 27.5);

    [Fact]
    public async Task A_zone_that_is_laid_is_judged_by_subjects_that_are_awake_on_either_silo()
    {
        Instant now = fixture.Services.GetRequiredService<IClock>().GetCurrentInstant();
        (SubjectId Id, string Device)[] people = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => WithPhoneAsync()));
        foreach ((SubjectId id, string device) in people)
        {
            await ReportAsync(id, device, now - Duration.FromMinutes(20), School.Move(2_000, 0)); // awake, and judged by no zone yet
        }

        var zone = new ImposeZone("学校", ZoneKind.Exclusion, new ZoneGeometry.Circle(School, 150), null, 2, null);
        CommandOutcome laid = await fixture.Grains.GetGrain<IZoneSetGrain>("431202")
            .Execute(new LaySharedZone(Jurisdiction.Parse("431202"), zone), CommandEnvelope.By(Approver));
        Assert.Equal("shared_zone_laid", Assert.Single(Assert.IsType<CommandOutcome.Done>(laid).Events).Type);

        var events = fixture.Services.GetRequiredService<EventReader>();
        foreach ((SubjectId id, string device) in people)
        {
            int before = (await events.ReadStreamAsync(StreamKeys.Subject(id), TestContext.Current.CancellationToken)).Length;
            Assert.Equal(2, before); // registered, bound: the zone wrote nothing
            await ReportAsync(id, device, now + Duration.FromSeconds(20), School);
            await ReportAsync(id, device, now + Duration.FromSeconds(21), School);
            ZoneBreached breached = Assert.Single((await events.ReadStreamAsync(StreamKeys.Subject(id), TestContext.Current.CancellationToken)).Select(happened => happened.Data).OfType<ZoneBreached>());
            Assert.Equal(1, breached.Shared!.Shared!.Version);
        }
    }

    private async Task<(SubjectId Id, string Device)> WithPhoneAsync()
    {
        SubjectId id = await fixture.RegisterAsync(Station);
        string device = $"phone-{id}";
        Assert.IsType<CommandOutcome.Done>(await fixture.Grains.GetGrain<IDeviceGrain>(device)
            .Bind(id, new BindDevice(device, DeviceProtocol.OsmAnd, DeviceKind.Phone), CommandEnvelope.By(Officer)));
        return (id, device);
    }

    private async Task ReportAsync(SubjectId id, string device, Instant at, GeoPoint position) => Assert.Equal(
        ReportOutcome.Recorded,
        await fixture.Grains.GetGrain<ISubjectGrain>(id.ToString()).Report(new FixReport(device, [new Fix(device, at, at, position, 5, 1.5, 90, null, 80, FixSource.OsmAnd)])));
}
