using System.Net;
using System.Text.Json;
using Correction.Testing;

namespace Correction.Server.Tests;

/// <summary>The document at /openapi/v1.json against the contract, and against what the server answers.</summary>
public sealed class OpenApiTests(SharedServer shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Calls of the contract's tables that are implemented, with the fields of their bodies.</summary>
    public static TheoryData<string, string, string[]> Contract => new()
    {
        { "post", "/api/v1/auth/login", ["userName", "password", "twoFactorCode"] },
        { "post", "/api/v1/auth/refresh", ["refreshToken"] },
        { "post", "/api/v1/subjects", ["person", "category", "jurisdiction", "judgment", "term"] },
        { "get", "/api/v1/subjects", [] },
        { "get", "/api/v1/subjects/{id}", [] },
        { "get", "/api/v1/subjects/{id}/events", [] },
        { "post", "/api/v1/subjects/{id}/monitoring-orders", ["ground", "from", "to"] },
        { "post", "/api/v1/subjects/{id}/devices", ["deviceId", "protocol", "kind"] },
        { "post", "/api/v1/subjects/{id}/devices/{deviceId}/commands", ["command", "intervalSeconds", "forSeconds", "text", "validSeconds"] },
        { "get", "/api/v1/subjects/{id}/devices/{deviceId}/commands", [] },
        { "get", "/api/v1/gateways", [] },
        { "post", "/api/v1/subjects/{id}/suspensions", ["reason", "from", "to"] },
        { "post", "/api/v1/subjects/{id}/suspensions/{suspensionId}/end", [] },
        { "post", "/api/v1/subjects/{id}/zones", ["name", "kind", "geometry", "schedule", "confirmations"] },
        { "post", "/api/v1/subjects/{id}/zones/{zoneId}/lift", [] },
        { "get", "/api/v1/subjects/{id}/track", [] },
        { "get", "/api/v1/subjects/{id}/position", [] },
        { "get", "/api/v1/subjects/{id}/leaves", [] },
        { "post", "/api/v1/subjects/{id}/leaves", ["reason", "destination", "from", "to", "proof"] },
        { "post", "/api/v1/subjects/{id}/leaves/{leaveId}/approve", [] },
        { "post", "/api/v1/subjects/{id}/leaves/{leaveId}/refuse", ["note"] },
        { "post", "/api/v1/subjects/{id}/leaves/{leaveId}/return", [] },
        { "post", "/api/v1/subjects/{id}/leaves/{leaveId}/cancel", [] },
        { "get", "/api/v1/zones", [] },
        { "post", "/api/v1/zones", ["jurisdiction", "name", "kind", "geometry", "schedule", "confirmations"] },
        { "post", "/api/v1/zones/{zoneId}/lift", [] },
        { "get", "/api/v1/alerts", [] },
        { "post", "/api/v1/alerts/{id}/acknowledge", ["note"] },
        { "post", "/api/v1/alerts/{id}/resolve", ["outcome", "note"] },
        { "post", "/api/v1/relatives", ["prisonerNumber", "prison", "relationship", "person"] },
        { "post", "/api/v1/relatives/{id}/verify", [] },
        { "post", "/api/v1/relatives/{id}/refuse", ["reason"] },
        { "get", "/api/v1/visit-slots", [] },
        { "post", "/api/v1/visits", ["slotId", "prisonerNumber", "visitors", "place"] },
        { "get", "/api/v1/visits", [] },
        { "get", "/api/v1/visits/{id}", [] },
        { "get", "/api/v1/visits/{id}/events", [] },
        { "post", "/api/v1/visits/{id}/approve", [] },
        { "post", "/api/v1/visits/{id}/decline", ["reason"] },
        { "post", "/api/v1/visits/{id}/cancel", ["reason"] },
        { "post", "/api/v1/visits/{id}/reschedule", ["slotId"] },
        { "post", "/api/v1/visits/{id}/admit", ["attended", "check"] },
        { "post", "/api/v1/visits/{id}/start", [] },
        { "post", "/api/v1/visits/{id}/cut", ["reason"] },
        { "post", "/api/v1/visits/{id}/end", [] },
        { "get", "/api/v1/events", [] },
        { "get", "/api/v1/events/export", [] },
        { "get", "/api/v1/access", [] },
        { "get", "/api/v1/case-files/{sha256}", [] },
        { "post", "/api/v1/accounts", ["userName", "role", "jurisdiction"] },
    };

    [Theory]
    [MemberData(nameof(Contract))]
    public async Task A_call_of_the_contract_is_described_with_its_fields_answers_failures_and_rights(string method, string path, string[] fields)
    {
        JsonElement document = await DocumentAsync();
        JsonElement call = document.GetProperty("paths").GetProperty(path).GetProperty(method);
        Assert.Equal(fields.Length > 0, call.TryGetProperty("requestBody", out JsonElement body));
        if (fields.Length > 0)
        {
            JsonElement schema = Follow(document, body.GetProperty("content").GetProperty("application/json").GetProperty("schema"));
            Assert.Superset(fields.ToHashSet(), Names(schema).ToHashSet()); // the contract may be extended
        }

        JsonElement[] answers = [.. call.GetProperty("responses").EnumerateObject().Where(answer => answer.Name[0] == '2').Select(answer => answer.Value)];
        Assert.NotEmpty(Names(Follow(document, Assert.Single(answers).GetProperty("content").EnumerateObject().Single().Value.GetProperty("schema"))));
        JsonElement unauthorized = call.GetProperty("responses").GetProperty("401").GetProperty("content").GetProperty("application/problem+json").GetProperty("schema");
        Assert.Superset(new HashSet<string>(["code", "basis", "errors", "status", "detail"]), Names(Follow(document, unauthorized)).ToHashSet());
        bool open = path.StartsWith("/api/v1/auth/", StringComparison.Ordinal);
        Assert.Equal(!open, call.TryGetProperty("security", out JsonElement security) && security[0].TryGetProperty("bearer", out _));
        Assert.True(open || call.GetProperty("description").GetString()!.StartsWith("Roles: ", StringComparison.Ordinal), path);
    }

    [Theory]
    [InlineData("/api/v1/subjects/{id}/case-file", "application/pdf")]
    [InlineData("/api/v1/visits/{id}/recording/{file}", "video/webm")]
    [InlineData("/api/v1/relatives/{id}/papers/{number}", "application/octet-stream")]
    [InlineData("/ledger/tile/{level}/{path}", "application/octet-stream")]
    public async Task A_file_is_described_as_bytes_of_its_type(string path, string type)
    {
        JsonElement content = (await DocumentAsync()).GetProperty("paths").GetProperty(path).GetProperty("get").GetProperty("responses").GetProperty("200").GetProperty("content");
        JsonElement schema = content.GetProperty(type).GetProperty("schema");
        Assert.Equal(("string", "binary"), (schema.GetProperty("type").GetString(), schema.GetProperty("format").GetString()));
    }

    [Fact]
    public async Task What_the_server_answers_has_the_fields_that_the_document_names()
    {
        JsonElement document = await DocumentAsync();
        using HttpClient officer = await shared.Server.AsAsync("officer");
        string subject = await officer.RegisterAsync("文档");
        using HttpResponseMessage bound = await officer.BindPhoneAsync(subject, $"doc-{subject[..12]}");
        using var device = new HttpClient();
        await Calls.SendFixAsync(device, shared.Server.OsmAnd, $"doc-{subject[..12]}", 112.36, 28.85, "1790000000");
        foreach (string path in (string[])["/api/v1/subjects/{id}", "/api/v1/subjects/{id}/position", "/api/v1/subjects/{id}/events", "/api/v1/subjects/{id}/track", "/api/v1/subjects", "/api/v1/zones", "/api/v1/alerts", "/api/v1/alerts/statistics"])
        {
            JsonElement answer = await officer.GetJsonAsync(path.Replace("{id}", subject, StringComparison.Ordinal)[1..]);
            JsonElement schema = document.GetProperty("paths").GetProperty(path).GetProperty("get").GetProperty("responses").GetProperty("200")
                .GetProperty("content").EnumerateObject().Single().Value.GetProperty("schema");
            AssertFits(document, schema, answer, path);
        }
    }

    [Fact]
    public async Task A_stranger_may_read_the_document_and_it_names_the_bearer_scheme()
    {
        JsonElement scheme = (await DocumentAsync()).GetProperty("components").GetProperty("securitySchemes").GetProperty("bearer");
        Assert.Equal(("http", "bearer"), (scheme.GetProperty("type").GetString(), scheme.GetProperty("scheme").GetString()));
    }

    /// <summary>Every field that is answered is described, and every field that is always there is answered.</summary>
    private static void AssertFits(JsonElement document, JsonElement schema, JsonElement answer, string where)
    {
        if (answer.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out JsonElement items))
        {
            foreach (JsonElement item in answer.EnumerateArray())
            {
                AssertFits(document, items, item, where + "[]");
            }

            return;
        }

        schema = Resolve(document, schema);
        if (answer.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("properties", out JsonElement properties))
        {
            return;
        }

        foreach (JsonProperty field in answer.EnumerateObject())
        {
            Assert.True(properties.TryGetProperty(field.Name, out JsonElement described), $"{where}.{field.Name} is not described.");
            AssertFits(document, described, field.Value, $"{where}.{field.Name}");
        }

        if (schema.TryGetProperty("required", out JsonElement required))
        {
            Assert.All(required.EnumerateArray(), name => Assert.True(answer.TryGetProperty(name.GetString()!, out _), $"{where}.{name} is missing."));
        }
    }

    private static string[] Names(JsonElement schema) => [.. schema.GetProperty("properties").EnumerateObject().Select(property => property.Name)];

    /// <summary>To the object that is meant, through arrays too.</summary>
    private static JsonElement Follow(JsonElement document, JsonElement schema)
    {
        schema = Resolve(document, schema);
        return schema.TryGetProperty("items", out JsonElement items) ? Follow(document, items) : schema;
    }

    private static JsonElement Resolve(JsonElement document, JsonElement schema)
    {
        if (schema.TryGetProperty("oneOf", out JsonElement choices))
        {
            schema = choices.EnumerateArray().Last();
        }

        return schema.TryGetProperty("$ref", out JsonElement reference)
            ? Resolve(document, document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]))
            : schema;
    }

    private async Task<JsonElement> DocumentAsync()
    {
        using var stranger = new HttpClient { BaseAddress = shared.Server.Address };
        using HttpResponseMessage answer = await stranger.GetAsync("openapi/v1.json", Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancellation));
    }
}
