using Correction.Domain.Subjects;
using NodaTime;
using static Correction.Domain.Tests.Cases;

namespace Correction.Domain.Tests.Subjects;

/// <summary>Art. 29 for the bracelet, Art. 26 for the phone: two measures, kept apart.</summary>
public sealed class DeviceBindingTests
{
    private static readonly BindDevice BindBracelet = new("b", DeviceProtocol.Jt808, DeviceKind.Bracelet);
    private static readonly DeviceBound BraceletBound = new("b", DeviceProtocol.Jt808, DeviceKind.Bracelet);
    private static readonly BindDevice BindPhone = new("p", DeviceProtocol.OsmAnd, DeviceKind.Phone);
    private static readonly DeviceBound PhoneBound = new("p", DeviceProtocol.OsmAnd, DeviceKind.Phone);
    private static readonly MonitoringOrdered Ordered = new(new MonitoringOrderId(Guid(9)), MonitoringGround.RevocationProposed, Today, Today.PlusDays(10));

    [Fact]
    public void Given_no_order_When_a_phone_is_bound_Then_it_is_an_information_based_check() =>
        Subject.Given(Received).When(BindPhone).ThenOn(["26 ¶1"], PhoneBound);

    [Fact]
    public void Given_no_order_When_a_bracelet_is_bound_Then_it_is_refused() =>
        Subject.Given(Received).When(BindBracelet).ThenRefused(RefusalKind.Rule, "noMonitoringOrder", "29 ¶1");

    [Theory]
    [InlineData(-1, false)] // the eve of the order
    [InlineData(0, true)] // its first day
    [InlineData(10, true)] // its last day
    [InlineData(11, false)] // the day after
    public void Given_an_order_When_a_bracelet_is_bound_Then_the_order_is_in_force_from_its_first_to_its_last_day(int day, bool accepted) =>
        Subject.Given(Received, Ordered).When(BindBracelet, at: Now + Duration.FromDays(day))
            .ThenEither(accepted, BraceletBound, RefusalKind.Rule, "noMonitoringOrder", "29 ¶1");

    [Fact]
    public void Given_an_order_When_a_bracelet_is_bound_Then_it_stands_on_the_article_of_electronic_positioning() =>
        Subject.Given(Received, Ordered).When(BindBracelet).ThenOn(["29 ¶1"], BraceletBound);

    [Fact]
    public void Given_a_bound_device_When_bound_alike_again_Then_it_is_already_so() => Subject.Given(Received, PhoneBound).When(BindPhone).Then();

    [Fact]
    public void Given_a_bound_bracelet_and_an_order_that_is_over_When_bound_alike_again_Then_it_is_already_so() =>
        Subject.Given(Received, Ordered, BraceletBound).When(BindBracelet, at: Now + Duration.FromDays(30)).Then();

    [Theory]
    [InlineData(DeviceProtocol.OwnTracks, DeviceKind.Phone)]
    [InlineData(DeviceProtocol.OsmAnd, DeviceKind.Bracelet)]
    public void Given_a_bound_device_When_bound_in_another_way_Then_it_is_refused(DeviceProtocol protocol, DeviceKind kind) =>
        Subject.Given(Received, Ordered, PhoneBound).When(new BindDevice("p", protocol, kind)).ThenRefused(RefusalKind.State, "deviceBound");

    [Fact]
    public void Given_a_bound_device_When_unbound_Then_it_is_the_subjects_no_longer() =>
        Subject.Given(Received, PhoneBound).When(new UnbindDevice("p")).Then(new DeviceUnbound("p"));

    [Fact]
    public void Given_a_device_that_is_not_bound_When_unbound_Then_it_is_already_so() =>
        Subject.Given(Received, PhoneBound, new DeviceUnbound("p")).When(new UnbindDevice("p")).Then();

    [Fact]
    public void Given_an_unbound_device_When_bound_in_another_way_Then_it_is_accepted() =>
        Subject.Given(Received, PhoneBound, new DeviceUnbound("p")).When(BindPhone with { Protocol = DeviceProtocol.OwnTracks })
            .Then(PhoneBound with { Protocol = DeviceProtocol.OwnTracks });
}
