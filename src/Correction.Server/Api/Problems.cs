using Correction.Domain;
using Correction.Domain.Law;
using Correction.Grains;
using Correction.Store.Objects;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Correction.Server.Api;

/// <summary>Every error of the API, as RFC 9457 problem details with a stable <c>code</c>.</summary>
internal static class Problems
{
    public static ProblemHttpResult Of(
        int status, string code, string detail, IEnumerable<LegalBasis>? basis = null, IEnumerable<(string Field, string Message)>? errors = null)
    {
        var more = new Dictionary<string, object?> { ["code"] = code };
        if (errors is not null)
        {
            more["errors"] = ByField(errors);
        }

        if (basis?.ToArray() is { Length: > 0 } articles)
        {
            more["basis"] = articles;
        }

        return TypedResults.Problem(detail, statusCode: status, extensions: more);
    }

    /// <summary>400 with what is wrong by field and how to mend it.</summary>
    public static ProblemHttpResult Malformed(params IEnumerable<(string Field, string Message)> errors) =>
        Of(StatusCodes.Status400BadRequest, "malformed", "Some fields cannot be taken; see errors.", errors: errors);

    private static Dictionary<string, string[]> ByField(IEnumerable<(string Field, string Message)> errors) =>
        errors.GroupBy(error => error.Field).ToDictionary(field => field.Key, field => field.Select(error => error.Message).ToArray());

    /// <param name="errors">Which of many were refused, where one request carries many.</param>
    public static ProblemHttpResult From(Refusal refusal, IEnumerable<(string Field, string Message)>? errors = null) => Of(
        refusal.Kind switch
        {
            RefusalKind.State => StatusCodes.Status409Conflict,
            RefusalKind.Rule => StatusCodes.Status422UnprocessableEntity,
            RefusalKind.Power => StatusCodes.Status403Forbidden,
            _ => StatusCodes.Status404NotFound,
        },
        refusal.Code,
        refusal.Detail,
        refusal.Basis,
        errors);

    /// <summary>One answer for what is not there and for what must not be known to be there.</summary>
    public static ProblemHttpResult NotFound() => Of(StatusCodes.Status404NotFound, "notFound", "There is no such thing here.");

    public static ProblemHttpResult OutsideJurisdiction() =>
        Of(StatusCodes.Status403Forbidden, "outsideJurisdiction", "This lies outside your jurisdiction.");

    /// <summary>A thing that lies elsewhere: a reader is not told that it exists, a command is told that it has no power there.</summary>
    public static ProblemHttpResult Outside(HttpRequest request) => HttpMethods.IsGet(request.Method) ? NotFound() : OutsideJurisdiction();

    public static ProblemHttpResult Stale(long version) =>
        Of(StatusCodes.Status412PreconditionFailed, "stale", $"The stream is at version {version}: read again, then decide again.");

    public static ProblemHttpResult KeyReused() =>
        Of(StatusCodes.Status422UnprocessableEntity, "idempotencyKeyReused", "This Idempotency-Key was used for another command: take a new one.");

    /// <summary>A status that came without a body: who you are, or what there is, in the same form as every other error.</summary>
    public static Task WriteStatusAsync(HttpContext context) => (context.Response.StatusCode switch
    {
        StatusCodes.Status401Unauthorized => Of(StatusCodes.Status401Unauthorized, "unauthenticated", "Log in first: POST /api/v1/auth/login."),
        StatusCodes.Status403Forbidden => Of(StatusCodes.Status403Forbidden, "forbidden", "Your role does not allow this."),
        StatusCodes.Status404NotFound => NotFound(),
        StatusCodes.Status400BadRequest => Of(StatusCodes.Status400BadRequest, "malformed", "The request cannot be read: send JSON as the contract describes."),
        int other => Of(other, "status" + other.ToString(System.Globalization.CultureInfo.InvariantCulture), "See the status."),
    }).ExecuteAsync(context);

    /// <summary>What was thrown, without its inside.</summary>
    public static async Task WriteUnhandledAsync(HttpContext context)
    {
        Exception? failure = context.Features.Get<IExceptionHandlerFeature>()?.Error;
        ProblemHttpResult problem = failure switch
        {
            BadHttpRequestException bad => Of(bad.StatusCode, "malformed", "The request cannot be read: send JSON as the contract describes."),
            { } passing when Unacknowledged.Is(passing) =>
                Of(StatusCodes.Status503ServiceUnavailable, "overloaded", "Nothing was acknowledged. Repeat the request with the same Idempotency-Key."),
            ObjectStoreUnavailableException =>
                Of(StatusCodes.Status503ServiceUnavailable, "storageUnavailable", "The storage of files does not answer. Nothing is lost: try again later, and tell the operator if it stays so."),
            _ => Of(StatusCodes.Status500InternalServerError, "internal", "Something failed on our side; it is logged. Try again."),
        };
        if (problem.StatusCode == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "2";
        }

        await problem.ExecuteAsync(context);
    }
}
