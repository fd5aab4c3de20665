using System.Collections.Immutable;
using System.Text.Json;
using Correction.Domain;
using Microsoft.AspNetCore.Http.Features;
using NodaTime;
using NodaTime.Text;

namespace Correction.Server.Api;

/// <summary>
/// A JSON body read field by field. What is missing or wrong is collected with how to mend it; the caller asks for
/// <see cref="Errors"/> before it uses what it read.
/// </summary>
internal sealed class RequestBody
{
    private readonly JsonElement _root;
    private readonly List<(string Field, string Message)> _errors = [];

    private RequestBody(JsonElement root) => _root = root;

    /// <summary>Reads what another way of sending has made into a JSON object: a page's form.</summary>
    public static RequestBody Of(JsonElement root) => new(root);

    public static RequestBody Empty => new(JsonElement.Parse("{}"));

    public IReadOnlyList<(string Field, string Message)> Errors => _errors;

    /// <summary>The text as it came: what a repeated command is compared by.</summary>
    public string Raw => _root.GetRawText();

    public static async Task<RequestBody> ReadAsync(HttpRequest request)
    {
        try
        {
            using JsonDocument document = await JsonDocument.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted);
            var body = new RequestBody(document.RootElement.Clone());
            if (body._root.ValueKind != JsonValueKind.Object)
            {
                body.Fail("", "Send a JSON object.");
            }

            return body;
        }
        catch (JsonException)
        {
            RequestBody body = Empty;
            body.Fail("", "This is not JSON.");
            return body;
        }
    }

    /// <summary>For commands that need no body; one may come in chunks, of unknown length.</summary>
    public static Task<RequestBody> ReadOptionalAsync(HttpRequest request) =>
        request.ContentLength != 0 && request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true ? ReadAsync(request) : Task.FromResult(Empty);

    public void Fail(string field, string message) => _errors.Add((field, message));

    /// <summary>The element at a dotted path; undefined where there is none.</summary>
    public JsonElement At(string path)
    {
        JsonElement element = _root;
        foreach (string name in path.Split('.'))
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return default;
            }
        }

        return element.ValueKind == JsonValueKind.Null ? default : element;
    }

    public string Text(string path, int longest = 200)
    {
        if (OptionalText(path, longest) is { } text)
        {
            return text;
        }

        if (_errors.All(error => error.Field != path))
        {
            Fail(path, "Required: a text that is not empty.");
        }

        return string.Empty;
    }

    public string? OptionalText(string path, int longest = 200)
    {
        JsonElement element = At(path);
        if (element.ValueKind == JsonValueKind.Undefined)
        {
            return null;
        }

        string? text = element.ValueKind == JsonValueKind.String ? element.GetString()!.Trim() : null;
        if (text is { Length: > 0 } && text.Length <= longest && !text.Any(character => char.IsControl(character) && character is not '\n' and not '\r'))
        {
            return text;
        }

        Fail(path, $"A text of 1 to {longest} characters.");
        return null;
    }

    public LocalDate Date(string path)
    {
        ParseResult<LocalDate> date = LocalDatePattern.Iso.Parse(OptionalText(path) ?? string.Empty);
        if (!date.Success && _errors.All(error => error.Field != path))
        {
            Fail(path, "Required: a date such as 2026-03-01.");
        }

        return date.Success ? date.Value : default;
    }

    public LocalDate? OptionalDate(string path) => At(path).ValueKind == JsonValueKind.Undefined ? null : Date(path);

    public Instant Instant(string path)
    {
        Instant? instant = OptionalInstant(path);
        if (instant is null && _errors.All(error => error.Field != path))
        {
            Fail(path, "Required: an instant in UTC such as 2026-03-01T02:03:04Z.");
        }

        return instant ?? default;
    }

    public Instant? OptionalInstant(string path)
    {
        if (OptionalText(path) is not { } text)
        {
            return null;
        }

        ParseResult<Instant> instant = InstantPattern.ExtendedIso.Parse(text);
        if (!instant.Success)
        {
            Fail(path, "An instant in UTC such as 2026-03-01T02:03:04Z.");
        }

        return instant.Success ? instant.Value : null;
    }

    /// <summary>A list of dates; null where there is none.</summary>
    public ImmutableArray<LocalDate>? OptionalDates(string path, int most)
    {
        JsonElement list = At(path);
        if (list.ValueKind == JsonValueKind.Undefined)
        {
            return null;
        }

        ParseResult<LocalDate>[] dates = list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(date => LocalDatePattern.Iso.Parse(date.ValueKind == JsonValueKind.String ? date.GetString()! : string.Empty))]
            : [];
        if (list.ValueKind == JsonValueKind.Array && dates.Length <= most && dates.All(date => date.Success))
        {
            return [.. dates.Select(date => date.Value)];
        }

        Fail(path, $"A list of at most {most} dates such as 2026-10-01.");
        return null;
    }

    public LocalTime Time(string path)
    {
        ParseResult<LocalTime> time = LocalTimePattern.CreateWithInvariantCulture("HH:mm").Parse(OptionalText(path) ?? string.Empty);
        if (!time.Success)
        {
            Fail(path, "A local time such as 22:00.");
        }

        return time.Success ? time.Value : default;
    }

    public T Choice<T>(string path)
        where T : struct, Enum
    {
        if (!WireNames<T>.TryParse(OptionalText(path), out T value) && _errors.All(error => error.Field != path))
        {
            Fail(path, $"One of: {string.Join(", ", WireNames<T>.All)}.");
        }

        return value;
    }

    public T? OptionalChoice<T>(string path)
        where T : struct, Enum => At(path).ValueKind == JsonValueKind.Undefined ? null : Choice<T>(path);

    /// <summary>False where it is absent.</summary>
    public bool Flag(string path)
    {
        JsonElement element = At(path);
        if (element.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.True or JsonValueKind.False))
        {
            Fail(path, "true or false.");
        }

        return element.ValueKind == JsonValueKind.True;
    }

    /// <summary>A number within bounds; null where there is none.</summary>
    public double? OptionalNumber(string path, double least, double most)
    {
        JsonElement element = At(path);
        if (element.ValueKind == JsonValueKind.Undefined)
        {
            return null;
        }

        if (element.ValueKind == JsonValueKind.Number && element.GetDouble() is var number && number >= least && number <= most)
        {
            return number;
        }

        Fail(path, $"A number from {least} to {most}.");
        return null;
    }

    /// <summary>A place in the order of all events; 0 where it is absent.</summary>
    public long Sequence(string path)
    {
        JsonElement element = At(path);
        if (element.ValueKind == JsonValueKind.Undefined)
        {
            return 0;
        }

        if (element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out long number) && number >= 0)
        {
            return number;
        }

        Fail(path, "A whole number from 0.");
        return 0;
    }

    public int WholeNumber(string path, int standard, int least, int most)
    {
        JsonElement element = At(path);
        if (element.ValueKind == JsonValueKind.Undefined)
        {
            return standard;
        }

        if (element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int number) && number >= least && number <= most)
        {
            return number;
        }

        Fail(path, $"A whole number from {least} to {most}.");
        return standard;
    }
}
