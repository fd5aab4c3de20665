using Correction.Domain.Visits;
using NodaTime;
using static Correction.Domain.Tests.Visiting;

namespace Correction.Domain.Tests.Visits;

public sealed class VisitRecordingTests
{
    private static readonly LocalDate Last = Date.PlusDays(180);
    private static readonly Actor Approver = new("approver", Role.Approver, "430981");

    private static readonly Spec<VisitState, VisitCommand, IVisitEvent> Begun = Cases.Visit
        .Given(Visiting.VisitApplied, new VisitKinshipChecked(), new VisitApproved(), new VisitScheduled(Nine.Id, Nine.From, Nine.To, "1"))
        .Given(At(9, 0), new VisitorsAdmitted([Mother], IdentityCheck.Papers), new VisitStarted());

    private static readonly Spec<VisitState, VisitCommand, IVisitEvent> Sealed = Begun.Given(At(9, 30), new VisitEnded(EndReason.Finished, 0), new RecordingSealed("m", 1_800, Last));

    [Theory]
    [InlineData(180, false)]
    [InlineData(181, true)]
    public void Given_a_recording_kept_to_a_day_When_it_is_looked_at_then_Then_that_day_counts_whole(int days, bool deleted)
    {
        var spec = Sealed.When(new DeleteRecording(), At(0, 1) + Duration.FromDays(days), Actor.System);
        if (deleted)
        {
            spec.Then(new RecordingDeleted("m"));
        }
        else
        {
            spec.Then();
        }
    }

    [Fact]
    public void Given_a_recording_on_hold_When_its_time_is_over_Then_it_stays_until_it_is_released()
    {
        var held = Sealed.Given(At(10, 0), new RecordingHeld(HoldGround.Complaint));
        Instant over = At(9, 0) + Duration.FromDays(400);
        held.When(new DeleteRecording(), over, Actor.System).Then();
        Assert.Null(((Visit)held.State).NextLook(over));
        held.When(new ReleaseRecording(), over, Approver).Then(new RecordingReleased());
        held.Given(over, new RecordingReleased()).When(new DeleteRecording(), over, Actor.System).Then(new RecordingDeleted("m"));
    }

    [Fact]
    public void Given_a_recording_When_an_officer_or_the_county_holds_it_Then_the_county_may()
    {
        Sealed.When(new HoldRecording(HoldGround.Investigation), by: Cases.Officer).ThenRefused(RefusalKind.Power, "holdNotYours");
        Sealed.When(new HoldRecording(HoldGround.Investigation), by: Approver).Then(new RecordingHeld(HoldGround.Investigation));
        Sealed.Given(new RecordingDeleted("m")).When(new HoldRecording(HoldGround.Investigation), by: Approver).ThenRefused(RefusalKind.Unknown, "recordingUnknown");
    }

    [Fact]
    public void Given_an_interruption_that_was_noticed_late_When_the_visit_goes_on_Then_the_time_since_it_began_is_credited()
    {
        Begun.When(new InterruptVisit(InterruptionCause.Network, At(9, 5)), At(9, 8), Actor.System).Then(new VisitInterrupted(InterruptionCause.Network, At(9, 5)));
        Begun.When(new InterruptVisit(InterruptionCause.Network, At(8, 0)), At(9, 8), Actor.System).Then(new VisitInterrupted(InterruptionCause.Network, At(9, 0)));
        Begun.Given(At(9, 8), new VisitInterrupted(InterruptionCause.Network, At(9, 5)))
            .When(new ResumeVisit(), At(9, 10), Actor.System).Then(new VisitResumed(300, 300));
    }
}
