using System.Text.Json.Nodes;

namespace Correction.Domain.Tests;

/// <summary>
/// Events are for ever: what was once stored must be read. Golden/{wire name}.{n}.json is an event in its nth shape, as
/// the store wrote it; a shape that gains a field gets the next number and the older files stay.
/// </summary>
public sealed class GoldenFilesTests
{
    private static readonly string Folder = Repository.PathOf("tests", "Correction.Domain.Tests", "Golden");

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Latest =>
    [
        .. from file in Files.Select(row => row.Data)
           group file by WireName(file) into shapes
           select shapes.MaxBy(file => int.Parse(file.Split('.')[1], System.Globalization.CultureInfo.InvariantCulture)),
    ];

    [Fact]
    public void Every_event_has_a_golden_file_and_every_golden_file_an_event() => Assert.Equal(
        EventRegistry.Names.Values.Order(StringComparer.Ordinal), Files.Select(row => WireName(row.Data)).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Latest))]
    public void An_event_in_its_latest_shape_is_written_as_its_golden_file_says(string file)
    {
        JsonNode golden = Read(file);
        JsonNode written = JsonNode.Parse(StoredJson.Write(StoredJson.Read(TypeOf(file), golden.ToJsonString())))!;
        Assert.True(JsonNode.DeepEquals(golden, written), $"{file} is written as\n{written.ToJsonString()}");
    }

    /// <summary>jsonb gives the members back in an order of its own.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void An_event_of_any_shape_is_read_whatever_the_order_of_its_members(string file)
    {
        JsonNode golden = Read(file);
        Assert.Equal(Written(file, golden), Written(file, Reversed(golden)));
    }

    /// <summary>What was added later is absent from what was stored before.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void An_event_whose_optional_members_are_absent_is_read_and_can_be_written(string file)
    {
        JsonNode golden = Read(file);
        Assert.NotEmpty(Written(file, WithoutNulls(golden)));
        Assert.Equal(Written(file, golden), Written(file, WithoutNulls(golden)));
    }

    private static string Written(string file, JsonNode json) => StoredJson.Write(StoredJson.Read(TypeOf(file), json.ToJsonString()));

    private static JsonNode Read(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, file)))!;

    private static Type TypeOf(string file) => EventRegistry.Names.Single(pair => pair.Value == WireName(file)).Key;

    private static string WireName(string file) => file.Split('.')[0];

    private static JsonNode Reversed(JsonNode node) => Rebuild(node, members => members.Reverse());

    private static JsonNode WithoutNulls(JsonNode node) => Rebuild(node, members => members.Where(member => member.Value is not null));

    private static JsonNode Rebuild(JsonNode node, Func<IEnumerable<KeyValuePair<string, JsonNode?>>, IEnumerable<KeyValuePair<string, JsonNode?>>> arrange) => node switch
    {
        JsonObject members => new JsonObject(arrange(members).Select(member => KeyValuePair.Create(member.Key, member.Value is { } value ? Rebuild(value, arrange) : null))),
        JsonArray items => new JsonArray([.. items.Select(item => item is null ? null : Rebuild(item, arrange))]),
        _ => node.DeepClone(),
    };
}
