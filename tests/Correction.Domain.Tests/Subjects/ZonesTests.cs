using System.Collections.Immutable;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using static Correction.Domain.Tests.Cases;

namespace Correction.Domain.Tests.Subjects;

/// <summary>Art. 23: laying and lifting zones. How a zone is judged is another file.</summary>
public sealed class ZonesTests
{
    private static readonly ZoneGeometry Ground = new ZoneGeometry.Circle(Center, 500);
    private static readonly ImposeZone Impose = new("学校", ZoneKind.Exclusion, Ground, null, Confirmations: 2, EffectiveFrom: null);
    private static readonly ZoneId First = new(Guid(1));

    [Fact]
    public void Given_a_subject_When_a_zone_is_imposed_Then_it_holds() =>
        Subject.Given(Received).When(Impose).ThenOn(["23"], Imposed(First));

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(20, true)]
    [InlineData(21, false)]
    public void Given_a_subject_When_a_zone_is_imposed_Then_one_to_twenty_confirmations_are_asked(int confirmations, bool accepted) =>
        Subject.Given(Received).When(Impose with { Confirmations = confirmations })
            .ThenEither(accepted, Imposed(First) with { Confirmations = confirmations }, RefusalKind.Rule, "confirmationsInvalid");

    [Theory]
    [InlineData(9.9, false)]
    [InlineData(10, true)]
    [InlineData(200_000, true)]
    [InlineData(200_000.1, false)]
    [InlineData(double.NaN, false)]
    public void Given_a_subject_When_a_circle_is_imposed_Then_its_radius_is_ten_metres_to_two_hundred_kilometres(double radius, bool accepted)
    {
        ZoneGeometry circle = new ZoneGeometry.Circle(Center, radius);
        Subject.Given(Received).When(Impose with { Geometry = circle })
            .ThenEither(accepted, Imposed(First) with { Geometry = circle }, RefusalKind.Rule, "geometryInvalid");
    }

    public static TheoryData<string, double[][][]> Defects => new()
    {
        { "no ring", [] },
        { "three points", [[[0, 0], [0, 1], [0, 0]]] },
        { "an open ring", [[[0, 0], [0, 1], [1, 1], [1, 0]]] },
        { "a ring that crosses itself", [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]] },
        { "a ring without ground", [[[0, 0], [1, 1], [2, 2], [0, 0]]] },
        { "a hole outside", [[[0, 0], [0, 1], [1, 1], [0, 0]], [[5, 5], [5, 6], [6, 6], [5, 5]]] },
        { "latitude beyond the pole", [[[0, 0], [0, 91], [1, 1], [0, 0]]] },
        { "longitude beyond the date line", [[[0, 0], [181, 1], [1, 1], [0, 0]]] },
        { "a thousand points and one", [[.. Enumerable.Range(0, 1000).Select(index => Rim(index)), Rim(0)]] },
    };

    [Theory]
    [MemberData(nameof(Defects))]
    public void Given_a_subject_When_an_area_that_cannot_be_judged_is_imposed_Then_it_is_refused(string defect, double[][][] rings)
    {
        Assert.NotEmpty(defect);
        Subject.Given(Received).When(Impose with { Geometry = Area(rings) }).ThenRefused(RefusalKind.Rule, "geometryInvalid");
    }

    [Fact]
    public void Given_a_subject_When_an_area_of_a_thousand_points_with_a_hole_is_imposed_Then_it_holds()
    {
        double[][] hole = [[0, 0], [0, 0.1], [0.1, 0.1], [0, 0]];
        ZoneGeometry area = Area([[.. Enumerable.Range(0, 995).Select(index => Rim(index, 995)), Rim(0)], hole]);
        Subject.Given(Received).When(Impose with { Geometry = area }).Then(Imposed(First) with { Geometry = area });
    }

    [Fact]
    public void Given_forty_nine_zones_When_more_are_imposed_Then_the_fiftieth_is_the_last()
    {
        ISubjectEvent[] zones = [.. Enumerable.Range(1, 49).Select(number => Imposed(new ZoneId(Guid(1000 + number))))];
        var before = Subject.Given(Received).Given(zones);
        before.When(Impose).Then(Imposed(First));
        before.Given(Imposed(First)).When(Impose).ThenRefused(RefusalKind.State, "tooManyZones");
    }

    [Fact]
    public void Given_a_zone_When_lifted_Then_it_holds_no_longer() =>
        Subject.Given(Received, Imposed(First)).When(new LiftZone(First)).Then(new ZoneLifted(First));

    [Fact]
    public void Given_a_lifted_zone_When_lifted_again_Then_it_is_already_so() =>
        Subject.Given(Received, Imposed(First), new ZoneLifted(First)).When(new LiftZone(First)).Then();

    [Fact]
    public void Given_no_such_zone_When_lifted_Then_it_is_unknown() =>
        Subject.Given(Received, Imposed(First)).When(new LiftZone(new ZoneId(Guid(2)))).ThenRefused(RefusalKind.Unknown, "zoneUnknown");

    private static ZoneImposed Imposed(ZoneId id) =>
        new(id, Impose.Name, Impose.Kind, Impose.Geometry, Impose.Schedule, Impose.Confirmations, Impose.EffectiveFrom);

    private static ZoneGeometry.Area Area(double[][][] rings) =>
        new([.. rings.Select(ring => ring.Select(point => new GeoPoint(point[0], point[1])).ToImmutableArray())]);

    private static double[] Rim(int index, int of = 1000) => [Math.Cos(2 * Math.PI * index / of), Math.Sin(2 * Math.PI * index / of)];
}
