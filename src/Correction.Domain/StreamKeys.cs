using NodaTime;
using NodaTime.Text;

namespace Correction.Domain;

/// <summary>The one place where stream keys are built. A key never changes: it is how a past event is found.</summary>
public static class StreamKeys
{
    public static string Subject(SubjectId id) => $"subject/{id}";

    public static string Alert(AlertId id) => $"alert/{id}";

    public static string Device(string deviceId) => $"device/{deviceId}";

    /// <summary>The packed fixes of one subject on one local date (Asia/Shanghai).</summary>
    public static string Track(SubjectId id, LocalDate date) => $"track/{id}/{LocalDatePattern.Iso.Format(date)}";

    /// <summary>What one account looked at on one local date (Asia/Shanghai).</summary>
    public static string Access(string account, LocalDate date) => $"access/{account}/{LocalDatePattern.Iso.Format(date)}";
}
