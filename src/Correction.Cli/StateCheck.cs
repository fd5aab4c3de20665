using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Visits;
using Correction.Ledger;
using Correction.Projections;

namespace Correction.Cli;

/// <summary>
/// Folds each stream of a log that was verified, and compares what it amounts to with the states that the service serves, and
/// the recordings' manifests with their seals. One file of streams is in memory at a time.
/// </summary>
public sealed class StateCheck : IDisposable
{
    private static readonly Marten.ISerializer Json = StoredJson.Serializer();
    private static readonly string Sealed = EventRegistry.Names[typeof(RecordingSealed)], Deleted = EventRegistry.Names[typeof(RecordingDeleted)];

    private readonly LogSource _source;
    private readonly StreamBuckets _buckets = new();
    private readonly List<Model> _models = [];
    private (long Sequence, string Text)? _first;
    private int _misfits, _states, _manifests;

    private StateCheck(LogSource source) => _source = source;

    /// <summary>Takes in the states. They MUST be read before the log's checkpoint, which then covers every event that is in them.</summary>
    /// <exception cref="LedgerUnfitException">Some states are there, and others are missing.</exception>
    public static async Task<StateCheck> BeginAsync(LogSource source, CancellationToken cancellation)
    {
        var check = new StateCheck(source);
        try
        {
            List<string> missing = [];
            foreach (ReadModel model in ReadModel.All())
            {
                await using Stream? lines = await source.OpenAsync($"states/{model.Name}", cancellation);
                if (lines is null)
                {
                    missing.Add(model.Name);
                    continue;
                }

                await check.TakeAsync(model, lines, cancellation);
            }

            return missing is [] || check._models.Count == 0 ? check : throw new LedgerUnfitException($"states/{missing[0]} is missing.");
        }
        catch
        {
            check.Dispose();
            throw;
        }
    }

    /// <summary>Takes in an entry of the log that fits its leaf.</summary>
    public void Take(long leaf, EventName name, byte[] entry)
    {
        if (_models.Any(model => model.Types.Contains(name.Type ?? string.Empty)))
        {
            _buckets.Add(name.Stream, string.Create(CultureInfo.InvariantCulture, $"{leaf} {Encoding.UTF8.GetString(entry)}"));
        }
    }

    /// <summary>Compares, when the whole log was taken in.</summary>
    /// <returns>What was compared, in words.</returns>
    /// <exception cref="LedgerUnfitException">Names the stream and the event that come first in the log of what does not fit.</exception>
    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        if (_models.Count == 0)
        {
            return "No states were saved with this log: its streams were not folded.";
        }

        foreach (IEnumerable<string> bucket in _buckets.Read())
        {
            foreach ((string stream, StreamLines lines) in Sort(bucket))
            {
                await CompareAsync(stream, lines, cancellation);
            }
        }

        return _first is { } first
            ? throw new LedgerUnfitException(_misfits == 1 ? first.Text : $"{first.Text} {_misfits - 1} more do not fit.")
            : $"Folded up to sequence {_models.Min(model => model.UpTo)}: {_states} states are what their events amount to, {_manifests} recordings have the manifest that was sealed.";
    }

    public void Dispose() => _buckets.Dispose();

    private async Task TakeAsync(ReadModel model, Stream served, CancellationToken cancellation)
    {
        using var lines = new StreamReader(served);
        string? header = await lines.ReadLineAsync(cancellation);
        if (Member(header, "revision", model).GetInt64() is var revision && revision != model.Revision)
        {
            throw new FormatException($"states/{model.Name} is of revision {revision}, and this tool folds revision {model.Revision}: take that of the service.");
        }

        _models.Add(new Model(model, Member(header, "sequence", model).GetInt64(), [.. model.Events.Select(type => EventRegistry.Names[type])]));
        while (await lines.ReadLineAsync(cancellation) is { } line)
        {
            Member(line, "state", model);
            _buckets.Add(Member(line, "stream", model).GetString()!, $"{model.Name} {line}");
        }
    }

    private static JsonElement Member(string? line, string name, ReadModel model)
    {
        try
        {
            return JsonElement.Parse(line ?? string.Empty).GetProperty(name);
        }
        catch (Exception bad) when (bad is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new LedgerUnfitException($"states/{model.Name} holds a line without {name}.");
        }
    }

    private static Dictionary<string, StreamLines> Sort(IEnumerable<string> bucket)
    {
        var streams = new Dictionary<string, StreamLines>();
        foreach (string line in bucket)
        {
            (string whose, string text) = (line[..line.IndexOf(' ')], line[(line.IndexOf(' ') + 1)..]);
            JsonElement parsed = JsonElement.Parse(text);
            string stream = parsed.GetProperty("stream").GetString()!;
            StreamLines lines = streams.TryGetValue(stream, out StreamLines? known) ? known : streams[stream] = new StreamLines([], []);
            if (long.TryParse(whose, NumberStyles.None, CultureInfo.InvariantCulture, out long leaf))
            {
                lines.Events.Add((leaf, text));
            }
            else if (!lines.States.TryAdd(whose, parsed.GetProperty("state")))
            {
                throw new LedgerUnfitException($"states/{whose} holds stream {stream} twice.");
            }
        }

        return streams;
    }

    private async Task CompareAsync(string stream, StreamLines lines, CancellationToken cancellation)
    {
        var events = new List<LoggedEvent>();
        foreach ((long leaf, string entry) in lines.Events)
        {
            events.Add(LoggedEvent.Open(leaf, await WholeAsync(leaf, entry, cancellation)));
        }

        events.Sort((one, other) => one.Name.Version.CompareTo(other.Name.Version));
        foreach (Model model in _models)
        {
            LoggedEvent[] folded = [.. events.Where(happened => happened.Name.Sequence <= model.UpTo && model.Types.Contains(happened.Name.Type!))];
            Compare(model.Fold, stream, folded, lines.States.TryGetValue(model.Fold.Name, out JsonElement state) ? state : null);
        }

        await CompareManifestAsync(stream, events, cancellation);
    }

    /// <summary>The event with its body: one too long for an entry stands apart, and makes the same leaf.</summary>
    private async Task<LedgerEvent> WholeAsync(long leaf, string entry, CancellationToken cancellation)
    {
        JsonElement parsed = JsonElement.Parse(entry);
        if (parsed.TryGetProperty("data", out _))
        {
            return LedgerEvent.Read(parsed);
        }

        string path = string.Create(CultureInfo.InvariantCulture, $"event/{leaf}");
        LedgerEvent whole = LedgerEvent.Read(JsonElement.Parse(await _source.ReadAsync(path, cancellation) ?? throw new LedgerUnfitException($"{path} is missing: the body of {EventName.Read(parsed)}.")));
        return Encoding.UTF8.GetString(whole.Leaf()) == entry ? whole : throw new LedgerUnfitException($"{path} is not the body of {EventName.Read(parsed)}.");
    }

    private void Compare(ReadModel model, string stream, LoggedEvent[] events, JsonElement? state)
    {
        _states += state is null ? 0 : 1;
        JsonElement? folded = Fold(model, stream, events);
        if (!Same(folded, state))
        {
            (LoggedEvent? named, string text) = Explain(model, stream, events, folded, state);
            Note(named?.Name.Sequence ?? long.MaxValue, text);
        }
    }

    private static (LoggedEvent? Named, string Text) Explain(ReadModel model, string stream, LoggedEvent[] events, JsonElement? folded, JsonElement? state)
    {
        string which = $"The state of stream {stream} in {model.Name}";
        if (folded is null)
        {
            return (null, $"{which} is of no event of the log.");
        }

        if (state is null)
        {
            LoggedEvent begun = events[Enumerable.Range(0, events.Length).First(at => Fold(model, stream, events.AsSpan(0, at + 1)) is not null)];
            return (begun, $"{which} is missing, which {begun} began.");
        }

        long version = state.Value.TryGetProperty("version", out JsonElement told) && told.TryGetInt64(out long number) ? number : 0;
        int known = events.Count(happened => happened.Name.Version <= version);
        return known < events.Length && Same(Fold(model, stream, events.AsSpan(0, known)), state)
            ? (events[known], $"{which} lacks {events[known]}.")
            : (events[^1], $"{which} is not what its events amount to up to {events[^1]}: {string.Join(", ", Differing(folded.Value, state.Value))}.");
    }

    private async Task CompareManifestAsync(string stream, List<LoggedEvent> events, CancellationToken cancellation)
    {
        if (events.FindLast(happened => happened.Name.Type == Sealed) is not { Envelope.Data: RecordingSealed seal } named || events.Exists(happened => happened.Name.Type == Deleted))
        {
            return;
        }

        _manifests++;
        byte[]? manifest = await _source.ReadAsync($"manifest/{StreamKeys.Parse(stream).Id}", cancellation);
        if (manifest is null || Convert.ToHexStringLower(SHA256.HashData(manifest)) != seal.Manifest)
        {
            Note(named.Name.Sequence, $"The recording's manifest is {(manifest is null ? "missing" : "not the one")} that was sealed by {named}.");
        }
    }

    /// <summary>What comes first in the log is told.</summary>
    private void Note(long sequence, string text)
    {
        _misfits++;
        _first = _first is { } first && first.Sequence <= sequence ? first : (sequence, text);
    }

    private static JsonElement? Fold(ReadModel model, string stream, ReadOnlySpan<LoggedEvent> events) =>
        model.Fold(stream, [.. events.ToArray().Select(happened => happened.Envelope)]) is { } document ? JsonElement.Parse(Json.ToJson(document)) : null;

    private static bool Same(JsonElement? one, JsonElement? other) =>
        one is { } first && other is { } second ? CanonicalJson.Write(first).AsSpan().SequenceEqual(CanonicalJson.Write(second)) : one is null && other is null;

    /// <summary>Members that one of them lacks, or that are otherwise.</summary>
    private static IEnumerable<string> Differing(JsonElement one, JsonElement other) =>
        one.EnumerateObject().Concat(other.EnumerateObject()).Select(member => member.Name).Distinct()
            .Where(name => !Same(one.TryGetProperty(name, out JsonElement mine) ? mine : null, other.TryGetProperty(name, out JsonElement theirs) ? theirs : null));

    /// <param name="UpTo">Sequence of the last event that is in its states.</param>
    /// <param name="Types">Wire names of the events that it folds.</param>
    private sealed record Model(ReadModel Fold, long UpTo, ImmutableHashSet<string> Types);

    private sealed record StreamLines(List<(long Leaf, string Entry)> Events, Dictionary<string, JsonElement> States);
}
