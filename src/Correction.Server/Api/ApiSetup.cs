namespace Correction.Server.Api;

internal static class ApiSetup
{
    public static void AddApi(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<CommandEndpoint>();
        builder.Services.AddSingleton<SubjectDirectory>();
        builder.Services.AddSingleton<AlertDirectory>();
        builder.Services.AddOpenApi("v1");
    }

    public static void MapApi(this WebApplication app)
    {
        app.MapSubjects();
        app.MapAlerts();
        app.MapAudit();
        app.MapQuarantine();
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
    }
}
