using System.Collections.Immutable;
using Correction.Domain.Subjects;
using Correction.Domain.Time;
using NodaTime;
using static Correction.Domain.Tests.Cases;

namespace Correction.Domain.Tests.Subjects;

/// <summary>Art. 30: a device is looked for when its deadline passes, whether or not another fix ever comes.</summary>
public sealed class SilenceTests
{
    private static readonly SilencePolicy Policy = new(Bracelet: Duration.FromMinutes(15), Phone: Duration.FromMinutes(60));
    private static readonly DeviceBound Phone = new("p", DeviceProtocol.OsmAnd, DeviceKind.Phone);
    private static readonly DeviceBound Bracelet = new("b", DeviceProtocol.Jt808, DeviceKind.Bracelet);
    private static readonly MonitoringOrdered Ordered = new(new MonitoringOrderId(Guid(9)), MonitoringGround.RevocationProposed, Today, Today.PlusDays(10));
    private static readonly Instant Ends = ChinaTime.StartOf(Today.PlusDays(11));
    private static readonly LookForSilence Unheard = new(ImmutableDictionary<string, Instant>.Empty, Now - Duration.FromDays(1), Policy);

    [Theory]
    [InlineData(59, 59, false)]
    [InlineData(60, 0, true)] // the deadline itself: the time is up
    [InlineData(60, 1, true)]
    public void Given_a_phone_bound_now_When_looked_for_Then_it_is_silent_from_its_deadline_on(int minutes, int seconds, bool silent)
    {
        Instant at = Now + Duration.FromMinutes(minutes) + Duration.FromSeconds(seconds);
        var decided = Subject.Given(Received, Phone).When(Unheard, at);
        if (silent)
        {
            decided.Then(new DeviceFellSilent("p", AlertId(1), null, Now + Duration.FromMinutes(60)));
        }
        else
        {
            decided.Then();
        }
    }

    [Fact]
    public void Given_a_device_heard_later_than_bound_When_looked_for_Then_the_report_counts()
    {
        Instant heard = Now + Duration.FromMinutes(30);
        var look = Unheard with { HeardAt = Heard("p", heard) };
        Subject.Given(Received, Phone).When(look, Now + Duration.FromMinutes(89)).Then();
        Subject.Given(Received, Phone).When(look, Now + Duration.FromMinutes(90))
            .Then(new DeviceFellSilent("p", AlertId(1), heard, Now + Duration.FromMinutes(90)));
    }

    [Fact]
    public void Given_a_device_last_heard_before_it_was_bound_When_looked_for_Then_silence_counts_from_the_binding()
    {
        var look = Unheard with { HeardAt = Heard("p", Now - Duration.FromDays(1)) };
        Subject.Given(Received, Phone).When(look, Now + Duration.FromMinutes(59)).Then();
    }

    [Fact]
    public void Given_a_service_that_began_to_listen_later_When_looked_for_Then_silence_counts_from_then()
    {
        var look = Unheard with { ListeningSince = Now + Duration.FromMinutes(50) };
        Subject.Given(Received, Phone).When(look, Now + Duration.FromMinutes(109)).Then();
        Subject.Given(Received, Phone).When(look, Now + Duration.FromMinutes(110))
            .Then(new DeviceFellSilent("p", AlertId(1), null, Now + Duration.FromMinutes(110)));
    }

    [Fact]
    public void Given_a_phone_and_a_bracelet_When_looked_for_Then_each_has_its_own_limit() =>
        Subject.Given(Received, Ordered, Phone, Bracelet).When(Unheard, Now + Duration.FromMinutes(15))
            .Then(new DeviceFellSilent("b", AlertId(1), null, Now + Duration.FromMinutes(15)));

    [Fact]
    public void Given_a_device_that_is_silent_already_When_looked_for_Then_no_second_alert_is_raised() =>
        Subject.Given(Received, Phone, new DeviceFellSilent("p", AlertId(7), null, Now)).When(Unheard, Now + Duration.FromDays(1)).Then();

    [Fact]
    public void Given_a_device_heard_again_When_it_falls_silent_once_more_Then_another_alert_is_raised()
    {
        Instant heard = Now + Duration.FromHours(5);
        Subject.Given(Received, Phone, new DeviceFellSilent("p", AlertId(7), null, Now), new DeviceHeardAgain("p", AlertId(7), heard))
            .When(Unheard with { HeardAt = Heard("p", heard) }, heard + Duration.FromHours(1))
            .Then(new DeviceFellSilent("p", AlertId(1), heard, heard + Duration.FromHours(1)));
    }

    [Fact]
    public void Given_an_unbound_device_When_looked_for_Then_nobody_misses_it() =>
        Subject.Given(Received, Phone, new DeviceUnbound("p")).When(Unheard, Now + Duration.FromDays(1)).Then();

    [Fact]
    public void Given_devices_When_the_next_look_is_asked_Then_it_is_the_earliest_deadline_of_those_not_silent()
    {
        Assert.Equal(Now + Duration.FromMinutes(15), NextLook(Phone, Bracelet));
        Assert.Equal(Now + Duration.FromMinutes(60), NextLook(Phone, Bracelet, new DeviceFellSilent("b", AlertId(7), null, Now)));
        Assert.Equal(Ends, NextLook(Bracelet, new DeviceFellSilent("b", AlertId(7), null, Now))); // its silence lapses then
        Assert.Null(NextLook());
        Assert.Null(NextLook(Phone, new DeviceFellSilent("p", AlertId(7), null, Now)));
    }

    [Fact]
    public void Given_an_order_that_is_over_When_its_bracelet_is_looked_for_Then_nobody_misses_it()
    {
        var bound = Subject.Given(Received, Ordered, Bracelet);
        var look = Unheard with { HeardAt = Heard("b", Ends - Duration.FromMinutes(1)) };
        bound.When(look, Ends + Duration.FromMinutes(14)).Then();
        bound.When(look, Ends + Duration.FromDays(1)).Then();
        Assert.Null(Silence.NextLook((Registered)bound.State, look, Ends));
    }

    [Fact]
    public void Given_a_silent_bracelet_When_its_order_ends_Then_its_silence_lapses_and_a_renewal_begins_anew()
    {
        var silent = Subject.Given(Received, Ordered, Bracelet, new DeviceFellSilent("b", AlertId(7), null, Now));
        silent.When(Unheard, Ends - Duration.FromMilliseconds(1)).Then();
        var lapsed = new SilenceLapsed("b", AlertId(7), Ends);
        silent.When(Unheard, Ends + Duration.FromSeconds(1)).Then(lapsed);
        Instant given = Ends + Duration.FromHours(10);
        silent.Given(lapsed).Given(given, Ordered with { From = Today.PlusDays(11), To = Today.PlusDays(20) })
            .When(Unheard, given + Duration.FromMinutes(15)).Then(new DeviceFellSilent("b", AlertId(1), null, given + Duration.FromMinutes(15)));
    }

    [Fact]
    public void Given_a_bracelet_that_has_lost_its_position_When_its_order_ends_Then_that_lapses_too() =>
        Subject.Given(Received, Ordered, Bracelet, new PositionLost("b", AlertId(7), null, Now)).When(Unheard, Ends).Then(new SilenceLapsed("b", AlertId(7), Ends));

    [Fact]
    public void Given_an_order_that_is_renewed_without_a_gap_When_it_ends_Then_the_silence_goes_on() =>
        Subject.Given(Received, Ordered, Bracelet, new DeviceFellSilent("b", AlertId(7), null, Now), Ordered with { From = Today.PlusDays(11), To = Today.PlusDays(20) })
            .When(Unheard, Ends).Then();

    [Fact]
    public void Given_an_order_to_come_When_the_next_look_is_asked_Then_silence_counts_from_its_first_day()
    {
        LocalDate first = Today.PlusDays(20);
        var bound = Subject.Given(Received, Ordered, Bracelet, Ordered with { From = first, To = first.PlusDays(10) });
        Instant deadline = ChinaTime.StartOf(first) + Duration.FromMinutes(15);
        Assert.Equal(deadline, Silence.NextLook((Registered)bound.State, Unheard, Ends));
        bound.When(Unheard, deadline - Duration.FromSeconds(1)).Then();
        bound.When(Unheard, deadline).Then(new DeviceFellSilent("b", AlertId(1), null, deadline));
    }

    private static Instant? NextLook(params ReadOnlySpan<ISubjectEvent> events) =>
        Silence.NextLook(Assert.IsType<Registered>(Subject.Given(Received, Ordered).Given(events).State), Unheard, Now);

    private static Domain.AlertId AlertId(int number) => new(Guid(number));

    private static ImmutableDictionary<string, Instant> Heard(string device, Instant at) => ImmutableDictionary<string, Instant>.Empty.Add(device, at);
}
