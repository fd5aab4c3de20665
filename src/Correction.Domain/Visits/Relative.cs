using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization;
using Correction.Domain.Law;
using Correction.Domain.Time;
using NodaTime;

namespace Correction.Domain.Visits;

// A relative (亲属) of a prisoner, stream relative/{id}: applies with papers that prove identity and kinship, the county
// checks them and tells the reason where it refuses (rules of 2016). A minor comes with a guardian only. Papers and persons
// stand with the personal data. Who applies learns nothing of the prisoner, not even whether there is one of that number: an
// application for an unknown number is taken like any other, and it is the office that finds out.

/// <summary>What the visitor is to the prisoner.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Relationship>))]
public enum Relationship
{
    /// <summary>配偶</summary>
    [JsonStringEnumMemberName("spouse")] Spouse,

    /// <summary>父母</summary>
    [JsonStringEnumMemberName("parent")] Parent,

    /// <summary>子女</summary>
    [JsonStringEnumMemberName("child")] Child,

    /// <summary>兄弟姐妹</summary>
    [JsonStringEnumMemberName("sibling")] Sibling,

    /// <summary>祖父母、外祖父母</summary>
    [JsonStringEnumMemberName("grandparent")] Grandparent,

    /// <summary>孙子女、外孙子女</summary>
    [JsonStringEnumMemberName("grandchild")] Grandchild,

    /// <summary>配偶的父母</summary>
    [JsonStringEnumMemberName("parentInLaw")] ParentInLaw,

    /// <summary>子女的配偶</summary>
    [JsonStringEnumMemberName("childInLaw")] ChildInLaw,

    /// <summary>监护人</summary>
    [JsonStringEnumMemberName("guardian")] Guardian,

    /// <summary>律师：委托或者法律援助机构指派</summary>
    [JsonStringEnumMemberName("lawyer")] Lawyer,

    /// <summary>其他人：有利于改造并经监狱批准</summary>
    [JsonStringEnumMemberName("other")] Other,
}

[JsonConverter(typeof(JsonStringEnumConverter<KinshipRefusal>))]
public enum KinshipRefusal
{
    /// <summary>材料不全</summary>
    [JsonStringEnumMemberName("papersMissing")] PapersMissing,

    /// <summary>材料看不清</summary>
    [JsonStringEnumMemberName("papersUnreadable")] PapersUnreadable,

    /// <summary>不能证明亲属关系</summary>
    [JsonStringEnumMemberName("kinshipNotProven")] KinshipNotProven,

    /// <summary>不属于可以会见的人员范围</summary>
    [JsonStringEnumMemberName("outsideCircle")] OutsideCircle,

    /// <summary>罪犯编号与所提交的材料不符：不透露有无此编号</summary>
    [JsonStringEnumMemberName("prisonerNotMatched")] PrisonerNotMatched,

    /// <summary>身份不符</summary>
    [JsonStringEnumMemberName("identityDiffers")] IdentityDiffers,

    /// <summary>其他</summary>
    [JsonStringEnumMemberName("other")] Other,
}

[JsonConverter(typeof(JsonStringEnumConverter<PaperKind>))]
public enum PaperKind
{
    /// <summary>身份证</summary>
    [JsonStringEnumMemberName("identityCard")] IdentityCard,

    /// <summary>户口簿</summary>
    [JsonStringEnumMemberName("householdRegister")] HouseholdRegister,

    /// <summary>结婚证</summary>
    [JsonStringEnumMemberName("marriageCertificate")] MarriageCertificate,

    /// <summary>律师执业证、委托书、法律援助公函</summary>
    [JsonStringEnumMemberName("lawyersPapers")] LawyersPapers,

    /// <summary>其他证明</summary>
    [JsonStringEnumMemberName("other")] Other,
}

[JsonConverter(typeof(JsonStringEnumConverter<RelativeStage>))]
public enum RelativeStage
{
    [JsonStringEnumMemberName("applied")] Applied,
    [JsonStringEnumMemberName("verified")] Verified,
    [JsonStringEnumMemberName("refused")] Refused,
}

public abstract record RelativeCommand;

/// <summary>A fact of stream <c>relative/{id}</c>.</summary>
public interface IRelativeEvent : IDomainEvent;

/// <param name="Account">The family's account; null where an officer applies for a family without one.</param>
/// <param name="Jurisdiction">Of the judicial office that checks the papers.</param>
/// <param name="BirthDate">Only to decide whether a guardian is needed; it does not enter the event.</param>
/// <param name="Guardian">Who comes with a minor.</param>
public sealed record ApplyAsRelative(
    RelativeId RelativeId, PrisonerKey Prisoner, Relationship Relationship, ForgettableRef Person, LocalDate BirthDate, string? Account, Jurisdiction Jurisdiction, RelativeId? Guardian)
    : RelativeCommand;

/// <param name="Paper">Where the document stands; its hash is salted.</param>
public sealed record AddKinshipPaper(PaperKind Kind, ForgettableRef Paper) : RelativeCommand;

/// <param name="Prisoner">Whose relative, as his prison knows him; null: no prisoner has the number.</param>
public sealed record VerifyRelative(Prisoner? Prisoner) : RelativeCommand;

/// <param name="Note">What the family is told beside the reason.</param>
public sealed record RefuseRelative(KinshipRefusal Reason, ForgettableRef? Note) : RelativeCommand;

public sealed record BanRelative(VisitRestriction Ban) : RelativeCommand;

public sealed record LiftRelativeBans : RelativeCommand;

/// <param name="Prison">With <paramref name="PrisonerNumber"/>: whose relative.</param>
/// <param name="Minor">Under 18 when applying: comes with the guardian.</param>
public sealed record RelativeApplied(
    RelativeId RelativeId, string Prison, string PrisonerNumber, Relationship Relationship, ForgettableRef Person, bool Minor, string? Account, string Jurisdiction, RelativeId? Guardian) : IRelativeEvent;

public sealed record KinshipPaperAdded(PaperKind Kind, ForgettableRef Paper) : IRelativeEvent;

public sealed record RelativeVerified : IRelativeEvent;

public sealed record RelativeRefused(KinshipRefusal Reason, ForgettableRef? Note) : IRelativeEvent;

public sealed record RelativeBanned(VisitRestriction Ban) : IRelativeEvent;

/// <param name="On">The first day without a ban.</param>
public sealed record RelativeBansLifted(LocalDate On) : IRelativeEvent;

public sealed record KinshipPaper(PaperKind Kind, ForgettableRef Paper, Instant AddedAt);

/// <summary>Applied to be recognised.</summary>
public sealed record Relative(
    RelativeId Id, PrisonerKey Prisoner, Relationship Relationship, ForgettableRef Person, bool Minor, string? Account, Jurisdiction Jurisdiction, RelativeId? Guardian, RelativeStage Stage)
{
    public ImmutableArray<KinshipPaper> Papers { get; init; } = [];

    public ImmutableArray<VisitRestriction> Bans { get; init; } = [];

    public KinshipRefusal? Refusal { get; init; }

    public Instant? RefusedAt { get; init; }

    public ForgettableRef? Note { get; init; }
}

public sealed record RelativeState(Relative? Relative)
{
    public static RelativeState Initial { get; } = new((Relative?)null);
}

public static class RelativeDecider
{
    public static Decision<IRelativeEvent> Decide(RelativeState state, RelativeCommand command, DecisionContext context) => (state.Relative, command) switch
    {
        (null, ApplyAsRelative apply) => Apply(apply, context),
        (_, ApplyAsRelative) => Refuse(RefusalKind.State, "alreadyApplied", "This relative has applied.", VisitLaw.Papers(context.Now)),
        (null, _) => Decision<IRelativeEvent>.Refuse(RefusalKind.Unknown, "relativeUnknown", "No such relative has applied."),
        ({ } relative, AddKinshipPaper add) => relative.Papers.Any(paper => paper.Paper == add.Paper)
            ? Decision<IRelativeEvent>.AlreadySo
            : Decision<IRelativeEvent>.Accept(new KinshipPaperAdded(add.Kind, add.Paper), VisitLaw.Papers(context.Now)),
        ({ } relative, VerifyRelative verify) => Verify(relative, verify, context),
        ({ } relative, RefuseRelative refuse) => RefuseKinship(relative, refuse, context),
        ({ } relative, BanRelative ban) => Ban(relative, ban.Ban, context),
        ({ } relative, LiftRelativeBans) => relative.Bans.AnyFrom(ChinaTime.DateOf(context.Now))
            ? Decision<IRelativeEvent>.Accept(new RelativeBansLifted(ChinaTime.DateOf(context.Now)), VisitLaw.Arrangement(context.Now))
            : Decision<IRelativeEvent>.AlreadySo,
        _ => throw new UnreachableException(),
    };

    public static RelativeState Evolve(RelativeState state, IRelativeEvent happened, Instant occurredAt) => (state.Relative, happened) switch
    {
        (null, RelativeApplied applied) => new RelativeState(new Relative(
            applied.RelativeId, new PrisonerKey(Jurisdiction.Parse(applied.Prison), applied.PrisonerNumber), applied.Relationship, applied.Person, applied.Minor, applied.Account,
            Jurisdiction.Parse(applied.Jurisdiction), applied.Guardian, RelativeStage.Applied)),
        ({ } relative, KinshipPaperAdded added) => new RelativeState(AppliedAgain(relative) with { Papers = relative.Papers.Add(new KinshipPaper(added.Kind, added.Paper, occurredAt)) }),
        ({ } relative, RelativeVerified) => new RelativeState(relative with { Stage = RelativeStage.Verified, Refusal = null, RefusedAt = null, Note = null }),
        ({ } relative, RelativeRefused refused) => new RelativeState(relative with { Stage = RelativeStage.Refused, Refusal = refused.Reason, RefusedAt = occurredAt, Note = refused.Note }),
        ({ } relative, RelativeBanned banned) => new RelativeState(relative with { Bans = relative.Bans.Add(banned.Ban) }),
        ({ } relative, RelativeBansLifted lifted) => new RelativeState(relative with { Bans = relative.Bans.LiftedOn(lifted.On) }),
        _ => state,
    };

    /// <summary>Who was refused and sends another paper waits for the office as on the first day.</summary>
    private static Relative AppliedAgain(Relative relative) => relative.Stage == RelativeStage.Refused
        ? relative with { Stage = RelativeStage.Applied, Refusal = null, RefusedAt = null, Note = null }
        : relative;

    private static Decision<IRelativeEvent> Apply(ApplyAsRelative apply, DecisionContext context)
    {
        LocalDate today = ChinaTime.DateOf(context.Now);
        bool minor = LawBook.IsMinor(apply.BirthDate, today, lawOn: today);
        return minor && apply.Guardian is null
            ? Refuse(RefusalKind.Rule, "guardianRequired", "A minor visits with a guardian: name the guardian's own application.", VisitLaw.Papers(context.Now))
            : Decision<IRelativeEvent>.Accept(
                new RelativeApplied(
                    apply.RelativeId, apply.Prisoner.Prison.Code, apply.Prisoner.Number, apply.Relationship, apply.Person, minor, apply.Account, apply.Jurisdiction.Code, apply.Guardian),
                VisitLaw.Visit(context.Now), VisitLaw.Papers(context.Now));
    }

    private static Decision<IRelativeEvent> Verify(Relative relative, VerifyRelative verify, DecisionContext context) => relative switch
    {
        _ when context.Actor.Role is not (Role.Officer or Role.Approver) => OfficersOnly(context),
        { Stage: RelativeStage.Verified } => Decision<IRelativeEvent>.AlreadySo,
        _ when verify.Prisoner is null =>
            Refuse(RefusalKind.Rule, "prisonerUnknown", "No prisoner of this prison has this number: refuse with prisonerNotMatched.", VisitLaw.Papers(context.Now)),
        { Papers.IsEmpty: true } => Refuse(RefusalKind.Rule, "papersRequired", "Papers that prove identity and kinship come first.", VisitLaw.Papers(context.Now)),
        _ => Decision<IRelativeEvent>.Accept(new RelativeVerified(), VisitLaw.Papers(context.Now)),
    };

    private static Decision<IRelativeEvent> RefuseKinship(Relative relative, RefuseRelative refuse, DecisionContext context) =>
        context.Actor.Role is not (Role.Officer or Role.Approver) ? OfficersOnly(context)
        : relative.Stage == RelativeStage.Refused && relative.Refusal == refuse.Reason ? Decision<IRelativeEvent>.AlreadySo
        : Decision<IRelativeEvent>.Accept(new RelativeRefused(refuse.Reason, refuse.Note), VisitLaw.VideoVisit(context.Now));

    private static Decision<IRelativeEvent> Ban(Relative relative, VisitRestriction ban, DecisionContext context) =>
        context.Actor.Role != Role.Prison ? Refuse(RefusalKind.Power, "prisonDecides", "The prison decides who may not visit.", VisitLaw.Arrangement(context.Now))
        : relative.Bans.Contains(ban) ? Decision<IRelativeEvent>.AlreadySo
        : ban.To < ban.From ? Refuse(RefusalKind.Rule, "periodReversed", "The ban must not end before it begins.", VisitLaw.VideoVisit(context.Now))
        : Decision<IRelativeEvent>.Accept(new RelativeBanned(ban), VisitLaw.VideoVisit(context.Now));

    private static Decision<IRelativeEvent> OfficersOnly(DecisionContext context) =>
        Refuse(RefusalKind.Power, "officerRequired", "An officer of the judicial office checks identity and kinship.", VisitLaw.VideoVisit(context.Now));

    private static Decision<IRelativeEvent> Refuse(RefusalKind kind, string code, string detail, LegalBasis basis) => Decision<IRelativeEvent>.Refuse(kind, code, detail, basis);
}
