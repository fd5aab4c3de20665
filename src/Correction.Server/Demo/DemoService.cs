using Correction.Domain;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Domain.Time;
using Correction.Gateway.OsmAnd;
using Correction.Gateway.OwnTracks;
using Correction.Grains;
using Correction.Server.Api;
using Correction.Server.Hosting;
using Correction.Simulation;
using Correction.Store.Journaling;
using NodaTime;
using NodaTime.Text;

namespace Correction.Server.Demo;

/// <summary>
/// Registers the demo county through the grains, once, and lets its people report through the real gateways. A second
/// start finds them registered and goes on.
/// </summary>
internal sealed partial class DemoService(
    IGrainFactory grains, OsmAndGateway osmAnd, OwnTracksGateway ownTracks, IHostApplicationLifetime lifetime, IClock clock, TimeProvider time, ILogger<DemoService> logger)
    : BackgroundService
{
    private const int Seed = 430981;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly Duration SilentCycle = Duration.FromMinutes(12);
    private static readonly Duration SilentAfter = Duration.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await lifetime.WaitUntilStartedAsync(stoppingToken);
        IReadOnlyList<DemoSubject> subjects = DemoCounty.Subjects(Seed);
        Instant now = clock.GetCurrentInstant();
        await Task.WhenAll(subjects.Select(subject => SeedAsync(subject, now)));
        LogSeeded(logger, subjects.Count);
        if (osmAnd.Port is not { } osmAndPort || ownTracks.Port is not { } ownTracksPort)
        {
            LogStill(logger);
            return;
        }

        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
        var device = new DeviceClient(http, new Uri($"http://localhost:{osmAndPort}/"), new Uri($"http://localhost:{ownTracksPort}/"));
        await Task.WhenAll(subjects.Select(subject => MoveAsync(subject, device, now, stoppingToken)));
    }

    private async Task SeedAsync(DemoSubject subject, Instant now)
    {
        LocalDate today = ChinaTime.DateOf(now);
        var officer = new Actor("officer", Role.Officer, subject.Station.Code);
        PersonalRecord person = CommandEndpoint.Personal("person", new
        {
            name = subject.Person.Name,
            idNumber = subject.Person.IdNumber,
            birthDate = LocalDatePattern.Iso.Format(subject.Person.BirthDate),
            sex = subject.Person.Sex,
            phone = subject.Person.Phone,
            address = (string?)null,
        });
        var register = new RegisterSubject(
            subject.Id, person.Reference, subject.Person.BirthDate, subject.Category, subject.Station,
            new Judgment("沅江市人民法院", $"（2026）湘0981刑初{subject.Number}号", today.PlusDays(-40)), new CorrectionTerm(today.PlusDays(-30), today.PlusMonths(18)));
        ISubjectGrain grain = grains.GetGrain<ISubjectGrain>(subject.Id.ToString());
        if (await grain.Execute(register, new CommandEnvelope(officer, Key(subject, "register"), null, [person])) is not CommandOutcome.Done)
        {
            return; // registered at an earlier start
        }

        if (subject.Kind == DeviceKind.Bracelet)
        {
            var order = new OrderMonitoring(MonitoringGround.LeftWithoutApproval, today, today.PlusMonths(3));
            await grain.Execute(order, CommandEnvelope.By(new Actor("approver", Role.Approver, DemoCounty.County)));
        }

        await grains.GetGrain<IDeviceGrain>(subject.DeviceId).Bind(subject.Id, new BindDevice(subject.DeviceId, subject.Protocol, subject.Kind), CommandEnvelope.By(officer));
        await grain.Execute(subject.Zone, new CommandEnvelope(officer, Key(subject, "zone"), null, []));
    }

    private async Task MoveAsync(DemoSubject subject, DeviceClient device, Instant begun, CancellationToken stopping)
    {
        var chance = new Random(subject.Number);
        Walker walker = subject.Walker(begun);
        await Task.Delay(TimeSpan.FromMilliseconds(chance.Next(0, (int)Interval.TotalMilliseconds)), time, stopping);
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            Instant now = clock.GetCurrentInstant();
            if (!IsSilent(subject, now - begun))
            {
                await SendAsync(subject, device, walker, chance, now, stopping);
            }
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }

    private async Task SendAsync(DemoSubject subject, DeviceClient device, Walker walker, Random chance, Instant now, CancellationToken stopping)
    {
        GeoPoint noisy = walker.At(now).Move((chance.NextDouble() - 0.5) * 6, (chance.NextDouble() - 0.5) * 6);
        try
        {
            int status = await device.SendAsync(subject.Protocol, subject.DeviceId, now, noisy, 5 + chance.Next(0, 8), subject.Pace, 100 - (subject.Number % 70), stopping);
            if (status != StatusCodes.Status200OK)
            {
                LogNotTaken(logger, subject.DeviceId, status);
            }
        }
        catch (Exception failure) when (failure is HttpRequestException || (failure is TaskCanceledException && !stopping.IsCancellationRequested))
        {
            LogNotTaken(logger, subject.DeviceId, 0); // as a phone without a network: the next report follows
        }
    }

    private static bool IsSilent(DemoSubject subject, Duration since) =>
        subject.Conduct == Conduct.FallsSilent && Duration.FromTicks(since.TotalTicks % SilentCycle.TotalTicks) > SilentAfter;

    private static CommandKey Key(DemoSubject subject, string what) => new($"demo/{subject.Number}/{what}", "demo");

    [LoggerMessage(501, LogLevel.Information, "Demo county: {Subjects} subjects.")]
    private static partial void LogSeeded(ILogger logger, int subjects);

    [LoggerMessage(502, LogLevel.Warning, "Demo county: a gateway is off, nobody moves.")]
    private static partial void LogStill(ILogger logger);

    [LoggerMessage(503, LogLevel.Warning, "Demo device {Device} was answered {Status}.")]
    private static partial void LogNotTaken(ILogger logger, string device, int status);
}
