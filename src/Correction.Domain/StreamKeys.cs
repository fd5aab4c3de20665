using Correction.Domain.Messages;
using Correction.Domain.Visits;
using Correction.Domain.WorkRecords;
using NodaTime;
using NodaTime.Text;

namespace Correction.Domain;

/// <summary>The one place where stream keys are built. A key never changes: it is how a past event is found.</summary>
public static class StreamKeys
{
    public static string Subject(SubjectId id) => $"subject/{id}";

    public static string Alert(AlertId id) => $"alert/{id}";

    public static string Device(string deviceId) => $"device/{deviceId}";

    /// <summary>The shared zones of a county.</summary>
    public static string ZoneSet(Jurisdiction county) => $"zone-set/{county}";

    /// <summary>Whose stream a key is: <c>subject</c>, <c>alert</c>, …; and the id of whose it is.</summary>
    public static (string Kind, string Id) Parse(string key) => key.IndexOf('/') is > 0 and var slash
        ? (key[..slash], key[(slash + 1)..])
        : throw new FormatException($"'{key}' is no stream key.");

    /// <summary>The subject whose stream or track a key is; null where it is another's.</summary>
    public static SubjectId? SubjectOf(string key) =>
        Parse(key) is ("subject" or "track", var id) && SubjectId.TryParse(id.Split('/')[0], out SubjectId subject) ? subject : null;

    /// <summary>The packed fixes of one subject on one local date (Asia/Shanghai).</summary>
    public static string Track(SubjectId id, LocalDate date) => $"track/{id}/{LocalDatePattern.Iso.Format(date)}";

    /// <summary>What an account may do.</summary>
    public static string Account(string userName) => $"account/{userName}";

    /// <summary>A prison and its policies of visits.</summary>
    public static string Prison(Jurisdiction prison) => $"prison/{prison}";

    public static string Prisoner(PrisonerKey prisoner) => $"prisoner/{prisoner}";

    public static string Relative(RelativeId id) => $"relative/{id}";

    /// <summary>The ledger of one prisoner's visits.</summary>
    public static string VisitCredit(PrisonerKey prisoner) => $"visit-credit/{prisoner}";

    /// <summary>One prison's visits on one local date (Asia/Shanghai).</summary>
    public static string VisitDay(Jurisdiction prison, LocalDate date) => $"visit-day/{prison}/{LocalDatePattern.Iso.Format(date)}";

    public static string Visit(VisitId id) => $"visit/{id}";

    /// <summary>What became of one message to a family; written by who sends it.</summary>
    public static string Message(MessageId id) => $"message/{id}";

    /// <summary>One record of a register.</summary>
    public static string WorkRecord(WorkRegister register, string number) => $"work/{register}/{number}";

    /// <summary>A case file as it was issued.</summary>
    /// <param name="sha256">Of its bytes, lower-case hex.</param>
    public static string CaseFile(string sha256) => $"case-file/{sha256}";

    /// <summary>What one account looked at on one local date (Asia/Shanghai).</summary>
    public static string Access(string account, LocalDate date) => $"access/{account}/{LocalDatePattern.Iso.Format(date)}";
}
