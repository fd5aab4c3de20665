using System.Text.Json;
using System.Text.Json.Nodes;

namespace Correction.Grains.Rooms;

/// <summary>Lets only candidates of a relay through, trickled or inside a session description: addresses of parties go no further.</summary>
public static class RelayCandidates
{
    public static string Only(string payload)
    {
        if (JsonNode.Parse(payload) is not JsonObject signal)
        {
            return payload;
        }

        if (signal["ice"] is JsonObject ice && ice["candidate"]?.GetValue<string>() is { Length: > 0 } candidate && !IsRelay(candidate))
        {
            signal["ice"] = null;
        }

        if (signal["sdp"] is JsonObject description && description["sdp"]?.GetValue<string>() is { } text)
        {
            description["sdp"] = string.Join("\r\n", text.Split("\r\n").Where(line => !line.StartsWith("a=candidate:", StringComparison.Ordinal) || IsRelay(line)));
        }

        return signal.ToJsonString();
    }

    private static bool IsRelay(string candidate) => candidate.Contains(" typ relay", StringComparison.Ordinal);
}
