using System.Collections.Concurrent;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Devices;
using Correction.Domain.Subjects;
using Correction.Store.Journaling;
using Correction.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using static Correction.Grains.Tests.GrainsFixture;

namespace Correction.Grains.Tests;

/// <summary>The way of an order from a device to the host that holds its connection, over two silos.</summary>
public sealed class TerminalRoutingTests(GrainsFixture fixture)
{
    private readonly Instant _now = fixture.Services.GetRequiredService<IClock>().GetCurrentInstant();

    [Fact]
    public async Task An_order_reaches_every_host_with_its_text_and_waits_for_the_terminal_until_it_is_answered()
    {
        (IDeviceGrain device, SubjectId subject, string deviceId) = await BoundAsync();
        var host = new Host();
        ITerminalHost reference = fixture.Grains.CreateObjectReference<ITerminalHost>(host);
        await fixture.Grains.GetGrain<ITerminalRouterGrain>(ITerminalRouterGrain.Key).Join(reference);
        using JsonDocument note = JsonDocument.Parse("""{"text":"请报到"}""");
        var text = new PersonalRecord(Guid.CreateVersion7(), "note", note.RootElement.Clone(), new byte[16]);
        var id = new DeviceCommandId(Guid.CreateVersion7());
        var request = new RequestDeviceCommand(
            id, subject, DeviceKind.Phone, MayReport: true, new Instruction(InstructionKind.Text, Text: text.Reference), _now, _now + Duration.FromHours(1));

        Assert.IsType<CommandOutcome.Done>(await device.Request(request, new CommandEnvelope(Officer, null, null, [text])));

        await Eventually.Until(() => host.Orders.Any(order => order.DeviceId == deviceId && order.Order.Id == id), "the order at the host");
        Assert.Equal("请报到", host.Orders.First(order => order.Order.Id == id).Order.Text);
        TerminalOrder waiting = Assert.Single((await device.Connect()).Orders);
        Assert.Equal((id, "请报到"), (waiting.Id, waiting.Text));
        await device.CommandSent(id);
        Assert.Single((await device.Connect()).Orders); // sent is not answered: the next connection hears it again
        await device.CommandAnswered(id, null);
        Assert.Empty((await device.Connect()).Orders);
    }

    [Fact]
    public async Task A_command_whose_time_is_over_fails_though_nobody_asks_for_its_device()
    {
        (IDeviceGrain device, SubjectId subject, string deviceId) = await BoundAsync();
        var id = new DeviceCommandId(Guid.CreateVersion7());
        var request = new RequestDeviceCommand(id, subject, DeviceKind.Phone, MayReport: true, new Instruction(InstructionKind.LocateNow), _now, _now + Duration.FromSeconds(1));
        Assert.IsType<CommandOutcome.Done>(await device.Request(request, CommandEnvelope.By(Officer)));

        var events = fixture.Services.GetRequiredService<Store.Reading.EventReader>();
        await Eventually.Until(
            async () => (await events.ReadStreamAsync(StreamKeys.Device(deviceId), TestContext.Current.CancellationToken))
                .Any(happened => happened.Data is DeviceCommandFailed failed && failed.CommandId == id && failed.Reason == CommandFailure.Expired),
            "the command to fail");
    }

    [Fact]
    public async Task A_terminal_that_registers_again_is_known_by_its_last_code_alone()
    {
        (IDeviceGrain device, _, _) = await BoundAsync();
        await device.Register(new RegisterTerminal("M", "MODEL", "1", "first"));
        await device.Register(new RegisterTerminal("M", "MODEL", "1", "second"));
        TerminalAdmission admission = await device.Connect();
        Assert.Equal((true, "MODEL"), (admission.HasCode, admission.Model));
        Assert.False(await device.Authenticate("first"));
        Assert.True(await device.Authenticate("second"));
    }

    private async Task<(IDeviceGrain Device, SubjectId Subject, string DeviceId)> BoundAsync()
    {
        var id = new SubjectId(Guid.CreateVersion7());
        string deviceId = $"1{Guid.CreateVersion7():N}";
        using JsonDocument person = JsonDocument.Parse("""{"name":"某乙"}""");
        var record = new PersonalRecord(Guid.CreateVersion7(), "person", person.RootElement.Clone(), new byte[16]);
        LocalDate today = Domain.Time.ChinaTime.DateOf(_now);
        var register = new RegisterSubject(
            id, record.Reference, new LocalDate(1990, 1, 1), CorrectionCategory.Probation, Jurisdiction.Parse("430981001"),
            new Judgment("沅江市人民法院", "(2026)湘0981刑初2号", today.PlusDays(-10)), new CorrectionTerm(today.PlusDays(-5), today.PlusYears(1)));
        Assert.IsType<CommandOutcome.Done>(
            await fixture.Grains.GetGrain<ISubjectGrain>(id.ToString()).Execute(register, new CommandEnvelope(Officer, null, null, [record])));
        IDeviceGrain device = fixture.Grains.GetGrain<IDeviceGrain>(deviceId);
        Assert.IsType<CommandOutcome.Done>(await device.Bind(id, new BindDevice(deviceId, DeviceProtocol.Jt808, DeviceKind.Phone), CommandEnvelope.By(Officer)));
        return (device, id, deviceId);
    }

    private sealed class Host : ITerminalHost
    {
        public ConcurrentQueue<(string DeviceId, TerminalOrder Order)> Orders { get; } = new();

        public Task Send(string deviceId, TerminalOrder order)
        {
            Orders.Enqueue((deviceId, order));
            return Task.CompletedTask;
        }
    }
}
