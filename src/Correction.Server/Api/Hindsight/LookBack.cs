using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Correction.Domain;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Server.Api.Hindsight;

/// <summary>What of the state would have been otherwise.</summary>
/// <param name="Path">Where in the state as the API writes it, such as <c>zones[3f…].breached</c>.</param>
/// <param name="Then">What was known when it was decided; null: it was not there.</param>
/// <param name="Now">What is known now; null: it is not there.</param>
internal sealed record Difference(string Path, JsonNode? Then, JsonNode? Now);

/// <summary>
/// What was learned after a decision that was so before it: the events of its stream that were recorded later and tell of
/// what was so by then, and how the state before the decision differs with them. Other things that happened later, and the
/// decision itself, are left out.
/// </summary>
internal sealed record LookBack(RecordedEvent Decision, ImmutableArray<RecordedEvent> Learned, ImmutableArray<Difference> Differences)
{
    /// <summary>Null where the stream has no event of that version.</summary>
    /// <param name="stream">The whole stream, in order.</param>
    /// <param name="state">The state after these events, as the API writes it.</param>
    public static LookBack? Of(ImmutableArray<RecordedEvent> stream, long version, Func<IEnumerable<RecordedEvent>, JsonNode?> state)
    {
        if (stream.FirstOrDefault(happened => happened.Version == version) is not { } decision)
        {
            return null;
        }

        RecordedEvent[] known = [.. stream.Where(happened => happened.Version < version)];
        ImmutableArray<RecordedEvent> learned = [.. stream.Where(happened => happened.Version > version && Since(happened) <= decision.OccurredAt)];
        return new(decision, learned, learned.IsEmpty ? [] : [.. Compare("", state(known), state(known.Concat(learned)))]);
    }

    public static Instant Since(RecordedEvent happened) => FactTime.Of(happened.Data, happened.OccurredAt);

    private static IEnumerable<Difference> Compare(string path, JsonNode? then, JsonNode? now) => (then, now) switch
    {
        _ when JsonNode.DeepEquals(then, now) => [],
        (JsonObject before, JsonObject after) => Compare(path.Length == 0 ? "" : path + ".", before.ToDictionary(), after.ToDictionary(), name => name),
        (JsonArray before, JsonArray after) => Compare(path, Keyed(before), Keyed(after), key => $"[{key}]"),
        _ => [new(path, then, now)],
    };

    private static IEnumerable<Difference> Compare(string path, Dictionary<string, JsonNode?> then, Dictionary<string, JsonNode?> now, Func<string, string> step) =>
        then.Keys.Union(now.Keys).SelectMany(key => Compare(path + step(key), then.GetValueOrDefault(key), now.GetValueOrDefault(key)));

    /// <summary>Items that name themselves by their first field are compared with their like, others by their place.</summary>
    private static Dictionary<string, JsonNode?> Keyed(JsonArray items) => items.Select((item, place) => (Key: NameOf(item) ?? $"{place}", item)).ToDictionary(item => item.Key, item => item.item);

    private static string? NameOf(JsonNode? item) =>
        item is JsonObject { Count: > 0 } named && named.First() is { Key: var key, Value: JsonValue value } && key.EndsWith("Id", StringComparison.Ordinal) ? value.ToString() : null;
}
