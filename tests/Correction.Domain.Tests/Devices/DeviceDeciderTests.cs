using Correction.Domain.Devices;
using static Correction.Domain.Tests.Cases;

namespace Correction.Domain.Tests.Devices;

public sealed class DeviceDeciderTests
{
    [Fact]
    public void Given_a_device_that_is_nobodys_When_assigned_Then_it_is_the_subjects() =>
        Device.When(new AssignDevice(Someone)).Then(new DeviceAssigned(Someone));

    [Fact]
    public void Given_a_subjects_device_When_assigned_to_it_again_Then_it_is_already_so() =>
        Device.Given(new DeviceAssigned(Someone)).When(new AssignDevice(Someone)).Then();

    [Fact]
    public void Given_a_subjects_device_When_assigned_to_another_Then_it_is_taken() =>
        Device.Given(new DeviceAssigned(Someone)).When(new AssignDevice(SomeoneElse)).ThenRefused(RefusalKind.State, "deviceTaken");

    [Fact]
    public void Given_a_subjects_device_When_released_Then_it_is_nobodys() =>
        Device.Given(new DeviceAssigned(Someone)).When(new ReleaseDevice(Someone)).Then(new DeviceReleased(Someone));

    [Fact]
    public void Given_a_subjects_device_When_another_releases_it_Then_it_stays() =>
        Device.Given(new DeviceAssigned(Someone)).When(new ReleaseDevice(SomeoneElse)).Then();

    [Fact]
    public void Given_a_released_device_When_assigned_to_another_Then_it_is_theirs() =>
        Device.Given(new DeviceAssigned(Someone), new DeviceReleased(Someone)).When(new AssignDevice(SomeoneElse)).Then(new DeviceAssigned(SomeoneElse));
}
