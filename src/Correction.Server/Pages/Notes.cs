using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Correction.Store.Journaling;

namespace Correction.Server.Pages;

/// <summary>Makes rows of personal data from what a form gives.</summary>
internal static class Notes
{
    private const int SaltBytes = 16;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Null where nothing was noted.</summary>
    public static PersonalRecord? Note(string? text) =>
        string.IsNullOrWhiteSpace(text) ? null : Record("note", new { text = text.Trim() });

    public static PersonalRecord Of(Person person) => Record("person", person);

    private static PersonalRecord Record<T>(string kind, T body) =>
        new(Guid.CreateVersion7(), kind, JsonSerializer.SerializeToElement(body, Options), RandomNumberGenerator.GetBytes(SaltBytes));
}
