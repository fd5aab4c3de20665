using Correction.Domain.Devices;
using Correction.Domain.Subjects;
using NodaTime;
using static Correction.Domain.Tests.Cases;

namespace Correction.Domain.Tests.Devices;

public sealed class DeviceOrdersTests
{
    private static readonly DeviceCommandId Id = new(Cases.Guid(900));
    private static readonly Instant Until = Now + Duration.FromHours(1);
    private static readonly Instruction Locate = new(InstructionKind.LocateNow);
    private static readonly DeviceCommandRequested Requested = new(Id, Someone, Locate, Until);

    [Theory]
    [InlineData(DeviceKind.Bracelet, "29 ¶1")]
    [InlineData(DeviceKind.Phone, "26 ¶1")]
    public void Given_a_subjects_device_When_something_is_ordered_of_it_Then_the_article_is_that_of_its_kind(DeviceKind kind, string article) =>
        Device.Given(new DeviceAssigned(Someone)).When(new RequestDeviceCommand(Id, Someone, kind, MayReport: true, Locate, Now, Until)).ThenOn([article], Requested);

    [Fact]
    public void Given_a_bracelet_without_an_order_in_force_When_something_is_ordered_of_it_Then_it_is_refused() =>
        Device.Given(new DeviceAssigned(Someone)).When(new RequestDeviceCommand(Id, Someone, DeviceKind.Bracelet, MayReport: false, Locate, Now, Until))
            .ThenRefused(RefusalKind.Rule, "noMonitoringOrder", "29 ¶1");

    [Fact]
    public void Given_another_subjects_device_When_something_is_ordered_of_it_Then_it_is_refused() =>
        Device.Given(new DeviceAssigned(SomeoneElse)).When(new RequestDeviceCommand(Id, Someone, DeviceKind.Phone, MayReport: true, Locate, Now, Until))
            .ThenRefused(RefusalKind.State, "deviceNotBound");

    [Fact]
    public void Given_twenty_commands_without_an_answer_When_one_more_is_ordered_Then_it_is_refused()
    {
        IDeviceEvent[] waiting = [.. Enumerable.Range(0, 20).Select(number => new DeviceCommandRequested(new DeviceCommandId(Cases.Guid(number)), Someone, Locate, Until))];
        Device.Given([new DeviceAssigned(Someone), .. waiting]).When(new RequestDeviceCommand(Id, Someone, DeviceKind.Phone, MayReport: true, Locate, Now, Until))
            .ThenRefused(RefusalKind.State, "tooManyCommands");
    }

    [Fact]
    public void Given_a_requested_command_When_it_is_sent_twice_Then_it_was_sent_once()
    {
        Device.Given(new DeviceAssigned(Someone), Requested).When(new RecordCommandSent(Id)).Then(new DeviceCommandSent(Id));
        Device.Given(new DeviceAssigned(Someone), Requested, new DeviceCommandSent(Id)).When(new RecordCommandSent(Id)).Then();
    }

    [Fact]
    public void Given_a_sent_command_When_the_device_answers_Then_it_is_acknowledged_or_failed_and_a_second_answer_changes_nothing()
    {
        var sent = Device.Given(new DeviceAssigned(Someone), Requested, new DeviceCommandSent(Id));
        sent.When(new RecordCommandAnswer(Id, null)).Then(new DeviceCommandAcknowledged(Id));
        sent.When(new RecordCommandAnswer(Id, CommandFailure.Unsupported)).Then(new DeviceCommandFailed(Id, CommandFailure.Unsupported));
        sent.Given(new DeviceCommandAcknowledged(Id)).When(new RecordCommandAnswer(Id, CommandFailure.Refused)).Then();
    }

    [Fact]
    public void Given_a_command_without_an_answer_When_its_time_is_over_Then_it_has_failed_and_not_before()
    {
        var sent = Device.Given(new DeviceAssigned(Someone), Requested, new DeviceCommandSent(Id));
        sent.When(new ExpireDeviceCommands(Until - Duration.FromSeconds(1))).Then();
        sent.When(new ExpireDeviceCommands(Until)).Then(new DeviceCommandFailed(Id, CommandFailure.Expired));
    }

    [Fact]
    public void Given_a_waiting_command_When_the_device_is_released_Then_the_command_fails_with_it() =>
        Device.Given(new DeviceAssigned(Someone), Requested).When(new ReleaseDevice(Someone))
            .Then(new DeviceCommandFailed(Id, CommandFailure.DeviceReleased), new DeviceReleased(Someone));

    [Fact]
    public void Given_a_registered_terminal_When_its_device_changes_hands_Then_the_terminal_is_still_known()
    {
        var terminal = new TerminalRegistered("MAKER", "MODEL", "ID", "hash");
        DeviceState state = Device.Given(new DeviceAssigned(Someone), terminal, new DeviceReleased(Someone)).State;
        Assert.Equal((null, terminal), (state.Holder, state.Terminal));
    }
}
