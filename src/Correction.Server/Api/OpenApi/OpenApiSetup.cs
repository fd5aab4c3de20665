using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using NodaTime;

namespace Correction.Server.Api.OpenApi;

/// <summary>The document at <c>/openapi/v1.json</c>: what each call takes and gives, how it fails, and who may make it.</summary>
internal static class OpenApiSetup
{
    public const string Bearer = "bearer";

    public static void AddOpenApiDocument(this WebApplicationBuilder builder) => builder.Services.AddOpenApi("v1", options =>
    {
        options.AddDocumentTransformer(Describe);
        options.AddOperationTransformer<OperationDescription>();
        options.AddSchemaTransformer(Describe);
    });

    private static Task Describe(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellation)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Correction",
            Version = "v1",
            Description = "Instants are ISO 8601 UTC, local dates and times are Asia/Shanghai's, coordinates WGS-84 degrees, distances metres.",
        };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[Bearer] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http, Scheme = Bearer, Description = "The accessToken of POST /api/v1/auth/login.",
        };
        return Task.CompletedTask;
    }

    /// <summary>What a converter writes, the generator cannot know; and what may be null need not be sent.</summary>
    private static Task Describe(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellation)
    {
        Type type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        (string Format, string Example)? text = type == typeof(Instant) ? ("date-time", "2026-03-01T02:03:04.5Z")
            : type == typeof(LocalDate) ? ("date", "2026-03-01")
            : null;
        if (text is var (format, example))
        {
            (schema.Type, schema.Format, schema.Examples) = (JsonSchemaType.String, format, [JsonValue.Create(example)]);
        }
        else if (schema.Properties is { Count: > 0 })
        {
            var nullability = new NullabilityInfoContext();
            schema.Required = context.JsonTypeInfo.Properties
                .Where(property => property.AttributeProvider is PropertyInfo declared && nullability.Create(declared).ReadState == NullabilityState.NotNull)
                .Select(property => property.Name).ToHashSet();
        }

        return Task.CompletedTask;
    }
}
