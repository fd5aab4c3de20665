using Correction.Gateway;
using Correction.Server.Accounts;
using Correction.Server.Api;
using Correction.Server.Demo;
using Correction.Server.Exports;
using Correction.Server.Hosting;
using Correction.Server.Live;
using Correction.Server.Messages;
using Correction.Server.Pages;
using Correction.Server.Visits;

return await StartFailure.GuardAsync(async () =>
{
    WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
    builder.RefuseDemoInProduction();
    builder.AddDefaults();
    builder.AddTelemetry();
    await using DatabaseStartup database = await DatabaseStartup.StartAsync(builder.Configuration);
    builder.AddStoreAndGrains(database.ConnectionString);
    builder.AddAccounts();
    builder.Services.AddCorrectionGateways();
    builder.AddApi();
    builder.AddLiveBoards();
    builder.AddVisitRooms();
    builder.AddMessages();
    builder.AddExports();
    builder.AddDemo();
    builder.AddPages();

    WebApplication app = builder.Build();
    await app.PrepareAsync();
    app.UseProxy();
    app.UsePages();
    app.UseDefaults();
    app.UseAccounts();
    app.MapHealth();
    app.MapAccounts();
    app.MapAccountAdministration();
    app.MapApi();
    app.MapLiveBoards();
    app.MapVisitRooms();
    app.MapPages();
    await app.RunAsync();
});

/// <summary>The host; public so that tests can name its assembly.</summary>
public partial class Program;
