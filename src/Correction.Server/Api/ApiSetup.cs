using Correction.Server.Access;
using Correction.Server.Api.Hindsight;
using Correction.Server.Api.OpenApi;
using Correction.Server.Api.Visits;
using Correction.Server.CaseFiles;
using Correction.Server.Messages;

namespace Correction.Server.Api;

internal static class ApiSetup
{
    public static void AddApi(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<CommandEndpoint>();
        builder.Services.AddSingleton<SubjectDirectory>();
        builder.Services.AddSingleton<SharedZoneDirectory>();
        builder.Services.AddSingleton<DeviceOrderDirectory>();
        builder.Services.AddSingleton<AlertDirectory>();
        builder.Services.AddSingleton<BoardHistory>();
        builder.Services.AddSingleton<HindsightReader>();
        builder.Services.AddSingleton<LookBook>();
        builder.Services.AddSingleton<VisitDirectory>();
        builder.Services.AddSingleton<QuarantineAdmission>();
        builder.Services.AddSingleton<EventLines>();
        builder.Services.AddSingleton<VisibleEvents>();
        builder.Services.AddCaseFiles();
        builder.AddOpenApiDocument();
    }

    public static void MapApi(this WebApplication app)
    {
        app.MapSubjects();
        app.MapSharedZones();
        app.MapAlerts();
        app.MapBoards();
        app.MapPrisons();
        app.MapRelatives();
        app.MapVisitSlots();
        app.MapVisits();
        app.MapMessages();
        app.MapWorkRegisters();
        app.MapWorkReport();
        app.MapReadModels();
        app.MapAudit();
        app.MapLedger();
        app.MapQuarantine();
        app.MapGateways();
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
    }
}
