using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using Correction.Domain.Visits;

namespace Correction.Server.Api.Visits;

/// <summary>Reads a prison's policy; what is wrong stands in the body's errors.</summary>
internal static partial class VisitPolicyReading
{
    private const int MostSessions = 100;
    private const int LongestDay = 24 * 60;

    public static VisitPolicy Read(RequestBody body, JsonSerializerOptions json)
    {
        ImmutableArray<SessionTemplate> sessions = List<SessionTemplate>(body, "sessions", json);
        if (sessions.Any(session => session is not { Code: { } code, Minutes: >= 5 and <= LongestDay, Capacity: >= 1 and <= 500 } || !Code().IsMatch(code) || session.To <= session.From))
        {
            body.Fail("sessions", "Each: code of lower-case letters and digits, weekdays, from before to, minutes 5 to 1440, capacity 1 to 500, rooms, validFrom.");
        }

        return new VisitPolicy(
            body.Date("validFrom"),
            body.Text("source", 200),
            body.Flag("verified"),
            [.. sessions.Select(session => session with { Weekdays = OrNone(session.Weekdays), Rooms = OrNone(session.Rooms) })],
            [.. List<QuotaRule>(body, "quotas", json).Select(rule => rule with { Channels = OrNone(rule.Channels) })],
            body.WholeNumber("mostVisitors", 3, 1, 20),
            body.WholeNumber("stationMinutes", 30, 0, LongestDay),
            body.WholeNumber("phoneMinutes", 0, 0, LongestDay),
            body.WholeNumber("leadDays", 3, 0, 60),
            body.WholeNumber("windowDays", 30, 0, 365))
        {
            HoldMinutes = body.WholeNumber("holdMinutes", 10, 1, 60),
            OfferMinutes = body.WholeNumber("offerMinutes", 120, 1, LongestDay),
            EarlyMinutes = body.WholeNumber("earlyMinutes", 30, 0, LongestDay),
            NoShowMinutes = body.WholeNumber("noShowMinutes", 15, 0, LongestDay),
            CancelHours = body.WholeNumber("cancelHours", 24, 0, 240),
            ResumeMinutes = body.WholeNumber("resumeMinutes", 10, 0, LongestDay),
        };
    }

    private static ImmutableArray<T> List<T>(RequestBody body, string field, JsonSerializerOptions json)
    {
        try
        {
            return body.At(field) is { ValueKind: JsonValueKind.Array } list && list.Deserialize<T[]>(json) is { Length: > 0 and <= MostSessions } items
                ? [.. items]
                : Wrong();
        }
        catch (JsonException)
        {
            return Wrong();
        }

        ImmutableArray<T> Wrong()
        {
            body.Fail(field, $"Required: a list of 1 to {MostSessions} items as the OpenAPI document describes.");
            return [];
        }
    }

    private static ImmutableArray<T> OrNone<T>(ImmutableArray<T> items) => items.IsDefault ? [] : items;

    [GeneratedRegex("^[a-z0-9]{1,16}$")]
    private static partial Regex Code();
}
