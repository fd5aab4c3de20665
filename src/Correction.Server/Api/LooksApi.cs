using System.Globalization;
using System.Text.Json;
using Correction.Domain;
using Correction.Server.Access;
using Correction.Server.Api.OpenApi;
using Correction.Store.Reading;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using NodaTime;
using NodaTime.Text;

namespace Correction.Server.Api;

/// <summary>Who looked at whose data: page by page, and as a whole in CSV (RFC 4180) and NDJSON.</summary>
internal static class LooksApi
{
    private const int LongestPage = 1_000;

    public static void MapLooks(this RouteGroupBuilder audit)
    {
        audit.MapGet("/access", Page);
        audit.MapGet("/access/export.csv", CsvAsync);
        audit.MapGet("/access/export.ndjson", NdjsonAsync);
    }

    /// <summary>
    /// Looks in the order in which they were recorded, as an array; where there are more, <c>Link: …; rel="next"</c>
    /// (RFC 8288) leads on.
    /// </summary>
    private static async Task<IResult> Page(HttpContext http, LookBook book, [AsParameters] LookParameters asked, [FromQuery] string? cursor, [FromQuery] int? limit)
    {
        Cursor after = default;
        long sequence = 0;
        if ((cursor is not null && !(Cursor.TryParse(cursor, out after) && long.TryParse(after.First, CultureInfo.InvariantCulture, out sequence))) || limit is < 1 or > LongestPage)
        {
            return Problems.Malformed(("cursor", $"The cursor of the Link before, unchanged; limit 1 to {LongestPage}."));
        }

        if (asked.Read(out LookFilter filter) is { } problem)
        {
            return problem;
        }

        int most = limit ?? LongestPage;
        List<LookShape> looks = await book.ReadAsync(http.User, filter with { AfterSequence = sequence }, http.RequestAborted).Take(most + 1).Select(Write).ToListAsync(http.RequestAborted);
        if (looks.Count > most)
        {
            looks.RemoveAt(most);
            http.Response.Headers.Link = $"<{Next(http.Request, new Cursor(looks[^1].Sequence.ToString(CultureInfo.InvariantCulture), string.Empty))}>; rel=\"next\"";
        }

        return TypedResults.Ok(looks);
    }

    private static Task<IResult> CsvAsync(HttpContext http, LookBook book, [AsParameters] LookParameters asked) => ExportAsync(
        http, book, asked, Csv.ContentType, "sequence,at,account,role,subjects,persons,what,via,purpose\r\n", look => string.Join(',',
            [
                look.Sequence.ToString(CultureInfo.InvariantCulture), InstantPattern.ExtendedIso.Format(look.At), Csv.Quoted(look.By.Account), WireNames<Role>.Of(look.By.Role),
                string.Join(' ', look.Subjects), Csv.Quoted(string.Join(' ', look.Persons)), look.What, look.Via, Csv.Quoted(look.Purpose ?? string.Empty),
            ]) + "\r\n");

    private static Task<IResult> NdjsonAsync(HttpContext http, LookBook book, IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions> json, [AsParameters] LookParameters asked) => ExportAsync(
        http, book, asked, "application/x-ndjson", string.Empty, look => JsonSerializer.Serialize(Write(look), json.Value.SerializerOptions) + "\n");

    private static async Task<IResult> ExportAsync(HttpContext http, LookBook book, LookParameters asked, string contentType, string head, Func<Look, string> line)
    {
        if (asked.Read(out LookFilter filter) is { } problem)
        {
            return problem;
        }

        http.Response.ContentType = contentType;
        await http.Response.WriteAsync(head, http.RequestAborted);
        await foreach (Look look in book.ReadAsync(http.User, filter, http.RequestAborted))
        {
            await http.Response.WriteAsync(line(look), http.RequestAborted);
        }

        return TypedResults.Empty;
    }

    private static LookShape Write(Look look) =>
        new(look.Sequence, look.At, look.By.Account, look.By.Role, [.. look.Subjects], look.What, look.Via, look.Purpose, [.. look.Persons], look.Export);

    /// <summary>The same question, from there on.</summary>
    private static string Next(HttpRequest request, Cursor cursor) => request.Path + QueryString.Create(
        request.Query.Where(asked => asked.Key != "cursor").Append(new("cursor", cursor.ToString())));

    /// <param name="Subject">A subject's id, or the key of a relative or prisoner: <c>relative/{id}</c>, <c>prisoner/{prison}/{number}</c>.</param>
    /// <param name="What">What was shown, such as <c>subject</c> or <c>track</c>.</param>
    /// <param name="Via"><c>api</c>, <c>page</c>, <c>hub</c> or <c>export</c>.</param>
    /// <param name="Purpose">Part of what was stated.</param>
    internal sealed record LookParameters(
        [property: FromQuery(Name = "subject")] string? Subject,
        [property: FromQuery(Name = "account")] string? Account,
        [property: FromQuery(Name = "what")] string? What,
        [property: FromQuery(Name = "via")] string? Via,
        [property: FromQuery(Name = "purpose")] string? Purpose,
        [property: FromQuery(Name = "from")] string? From,
        [property: FromQuery(Name = "to")] string? To)
    {
        /// <summary>Null where all can be taken; a problem that names each field that cannot.</summary>
        public IResult? Read(out LookFilter filter)
        {
            List<(string Field, string Message)> errors = [];
            if (Subject is not null && !SubjectId.TryParse(Subject, out _) && !Subject.StartsWith("relative/", StringComparison.Ordinal) && !Subject.StartsWith("prisoner/", StringComparison.Ordinal))
            {
                errors.Add(("subject", "A subject's id, or a person's key: relative/{id}, prisoner/{prison}/{number}."));
            }

            filter = new LookFilter
            {
                Seen = Subject is null ? null : [Subject], Account = Account, What = What, Via = Via, Purpose = Purpose,
                From = SubjectsApi.ReadTime("from", From, errors), To = SubjectsApi.ReadTime("to", To, errors),
            };
            return errors.Count > 0 ? Problems.Malformed(errors) : null;
        }
    }
}
