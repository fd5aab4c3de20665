using System.Text.Json;
using Correction.Simulation;
using NodaTime;
using NodaTime.Text;

namespace Correction.Cli;

/// <summary>The breaches of a subject's zones as the server's events tell them; one that was withdrawn later counts too.</summary>
internal static class BreachRecord
{
    /// <param name="events">In order.</param>
    /// <param name="zones">The zones' ids, in the order of the day's zones.</param>
    public static IReadOnlyList<AlertClaim> Read(IEnumerable<JsonElement> events, IReadOnlyList<Guid> zones)
    {
        var breaches = zones.Select(_ => new List<AlertClaim>()).ToArray();
        foreach (JsonElement happened in events)
        {
            JsonElement data = happened.GetProperty("data");
            int zone = data.TryGetProperty("zoneId", out JsonElement id) ? zones.ToList().IndexOf(Guid.Parse(id.GetString()!)) : -1;
            if (zone >= 0)
            {
                Take(breaches[zone], zone, happened.GetProperty("type").GetString()!, data);
            }
        }

        return [.. breaches.SelectMany(known => known)];
    }

    private static void Take(List<AlertClaim> breaches, int zone, string type, JsonElement data)
    {
        switch (type)
        {
            case "zone_breached" or "zone_breach_resumed":
                breaches.Add(new AlertClaim(zone, At(data, "since")!.Value, null));
                break;
            case "zone_breach_ended":
                Instant until = At(data, "until")!.Value;
                int open = breaches.FindLastIndex(breach => breach.Until is null && breach.Since <= until);
                breaches[open] = breaches[open] with { Until = until };
                break;
            case "zone_breach_confirmed":
                breaches[Number(data)] = new AlertClaim(zone, At(data, "since")!.Value, At(data, "until"));
                break;
            case "zone_breach_withdrawn":
                breaches[Number(data)] = breaches[Number(data)] with { Until = breaches[Number(data)].Until ?? breaches[Number(data)].Since };
                break;
        }
    }

    private static int Number(JsonElement data) => data.GetProperty("number").GetInt32() - 1;

    private static Instant? At(JsonElement data, string name) =>
        data.TryGetProperty(name, out JsonElement at) && at.GetString() is { } text ? InstantPattern.ExtendedIso.Parse(text).Value : null;
}
