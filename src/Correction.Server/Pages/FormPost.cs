using System.Text.Json;
using System.Text.Json.Nodes;
using Correction.Domain;
using Correction.Grains;
using Correction.Server.Accounts;
using Correction.Server.Api;
using Correction.Store.Journaling;

namespace Correction.Server.Pages;

/// <summary>A submitted form, read by the API's own rules: what the API refuses, the page refuses.</summary>
internal static class FormPost
{
    /// <summary>
    /// The form as the API's body: <c>person.name</c> becomes a property of an object, a field whose name ends in Seconds or is
    /// <c>count</c> a number; empty fields are absent.
    /// </summary>
    /// <param name="more">What the form says by itself.</param>
    public static RequestBody Body(IFormCollection form, params ReadOnlySpan<(string Name, string Value)> more)
    {
        var root = new JsonObject();
        foreach ((string name, string value) in more)
        {
            root[name] = value;
        }

        foreach ((string path, Microsoft.Extensions.Primitives.StringValues values) in form)
        {
            if (!path.StartsWith('_') && values.ToString().Trim() is { Length: > 0 } value)
            {
                Put(root, path.Split('.'), value);
            }
        }

        return RequestBody.Of(JsonSerializer.SerializeToElement(root));
    }

    /// <summary>A command from this user with the personal data that its events refer to.</summary>
    internal static CommandEnvelope Envelope(HttpContext http, PersonalRecord? personal = null) =>
        CommandEnvelope.By(http.User.Actor()) with { Personal = personal is null ? [] : [personal] };

    public static PersonalRecord? Note(string? text) =>
        string.IsNullOrWhiteSpace(text) ? null : CommandEndpoint.Personal("note", new { text = text.Trim() });

    private static bool IsNumber(string field) => field == "count" || field.EndsWith("Seconds", StringComparison.Ordinal);

    private static void Put(JsonObject at, ReadOnlySpan<string> path, string value)
    {
        if (path.Length == 1)
        {
            at[path[0]] = IsNumber(path[0]) && int.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out int number) ? number : value;
            return;
        }

        if (at[path[0]] is not JsonObject inner)
        {
            at[path[0]] = inner = [];
        }

        Put(inner, path[1..], value);
    }
}
