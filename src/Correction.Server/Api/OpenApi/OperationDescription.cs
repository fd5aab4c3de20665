using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace Correction.Server.Api.OpenApi;

/// <summary>One call: bodies from <see cref="DocumentedCalls"/>, failures as problem details, roles from its policies.</summary>
internal sealed partial class OperationDescription(IOptions<AuthorizationOptions> authorization) : IOpenApiOperationTransformer
{
    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        string path = "/" + Parameter().Replace(context.Description.RelativePath?.TrimEnd('/') ?? string.Empty, "{$1}");
        IList<object> metadata = context.Description.ActionDescriptor.EndpointMetadata;
        bool open = metadata.OfType<IAllowAnonymous>().Any();
        DocumentedCall call = DocumentedCalls.All.GetValueOrDefault($"{context.Description.HttpMethod} {path}") ?? new DocumentedCall(null, null);
        if (call.Body is not null)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = await SchemaAsync(context, call.Body, cancellationToken) } },
            };
        }

        operation.Responses = [];
        operation.Responses[Code(call.Status)] = new OpenApiResponse
        {
            Description = call.Status switch { StatusCodes.Status201Created => "Begun; see Location.", StatusCodes.Status202Accepted => "Begun; ask again how it stands.", StatusCodes.Status204NoContent => "Done.", _ => "OK" },
            Content = call.Answer is null ? null : new Dictionary<string, OpenApiMediaType> { [call.ContentType] = new() { Schema = await SchemaAsync(context, call.Answer, cancellationToken) } },
        };
        IOpenApiSchema problem = await SchemaAsync(context, typeof(ProblemShape), cancellationToken);
        foreach ((int status, string description) in Failures(call, path, open))
        {
            operation.Responses[Code(status)] = new OpenApiResponse
            {
                Description = description,
                Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new() { Schema = problem } },
            };
        }

        if (call.TakesKey)
        {
            AddHeader(operation, "Idempotency-Key", "A repeat with the same key answers what the first one did.");
        }

        if (call.IsCommand)
        {
            AddHeader(operation, "If-Match", "The version, in quotes, that the command stands on.");
        }

        if (!open)
        {
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(OpenApiSetup.Bearer, context.Document)] = [] }];
            operation.Description = Roles(metadata) is { Length: > 0 } roles ? "Roles: " + string.Join(", ", roles) + "." : "Any account.";
        }
    }

    private static IEnumerable<(int Status, string Description)> Failures(DocumentedCall call, string path, bool open)
    {
        yield return (StatusCodes.Status400BadRequest, "Malformed; see errors by field.");
        yield return (StatusCodes.Status401Unauthorized, open ? "Not accepted." : "Log in first.");
        if (path.StartsWith("/api/v1/auth/", StringComparison.Ordinal))
        {
            yield return (StatusCodes.Status429TooManyRequests, "Too many attempts; see Retry-After.");
            yield break;
        }

        yield return (StatusCodes.Status403Forbidden, "Wrong role, or outside the jurisdiction.");
        if (path.Contains('{'))
        {
            yield return (StatusCodes.Status404NotFound, "Not there, or not to be known to be there.");
        }

        if (call.IsCommand || call.IsOfJob)
        {
            yield return (StatusCodes.Status409Conflict, "Not possible in this state.");
        }

        if (call.IsCommand)
        {
            yield return (StatusCodes.Status412PreconditionFailed, "Stale: If-Match names an older version.");
        }

        if (call.TakesKey)
        {
            yield return (StatusCodes.Status422UnprocessableEntity, "Against a rule, see basis; or the key was used for another command.");
            yield return (StatusCodes.Status503ServiceUnavailable, "Nothing was acknowledged; repeat with the same key.");
        }
    }

    private static void AddHeader(OpenApiOperation operation, string name, string description) => (operation.Parameters ??= []).Add(new OpenApiParameter
    {
        Name = name, In = ParameterLocation.Header, Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    });

    /// <summary>A named schema once in the document; arrays refer to their element's.</summary>
    private static async Task<IOpenApiSchema> SchemaAsync(OpenApiOperationTransformerContext context, Type type, CancellationToken cancellation)
    {
        if (type == typeof(byte[]))
        {
            return new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
        }

        if (type.IsArray)
        {
            return new OpenApiSchema { Type = JsonSchemaType.Array, Items = await SchemaAsync(context, type.GetElementType()!, cancellation) };
        }

        string name = type.Name.EndsWith("Shape", StringComparison.Ordinal) ? type.Name[..^"Shape".Length] : type.Name;
        if (context.Document!.Components?.Schemas?.ContainsKey(name) != true)
        {
            context.Document.AddComponent(name, await context.GetOrCreateSchemaAsync(type, null, cancellation));
        }

        return new OpenApiSchemaReference(name, context.Document);
    }

    /// <summary>Roles that pass all of the call's policies.</summary>
    private string[] Roles(IEnumerable<object> metadata)
    {
        IEnumerable<string>[] allowed =
        [
            .. metadata.OfType<IAuthorizeData>().Select(data => data.Policy is { } policy ? authorization.Value.GetPolicy(policy) : null)
                .SelectMany(policy => policy?.Requirements.OfType<RolesAuthorizationRequirement>() ?? []).Select(requirement => requirement.AllowedRoles),
        ];
        return allowed.Length == 0 ? [] : [.. allowed.Aggregate((left, right) => left.Intersect(right)).Select(System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName)];
    }

    /// <summary>As a route has it, with what restricts it: <c>{number:int}</c>, <c>{**path}</c>.</summary>
    [GeneratedRegex(@"\{\**(\w+)[^}]*\}")]
    private static partial Regex Parameter();

    private static string Code(int status) => status.ToString(CultureInfo.InvariantCulture);
}
