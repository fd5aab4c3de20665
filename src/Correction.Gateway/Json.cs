using System.Text.Json;

namespace Correction.Gateway;

/// <summary>Reading JSON that may have any shape: what is not as expected is absent.</summary>
internal static class Json
{
    public static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement member) ? member : default;

    public static string? Text(JsonElement element, string name) => Member(element, name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    public static double? Number(JsonElement element, string name) => DeviceValues.Number(Text(element, name));

    public static bool True(JsonElement element, string name) => Member(element, name).ValueKind == JsonValueKind.True;
}
