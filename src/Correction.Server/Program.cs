using Correction.Gateway;
using Correction.Server.Accounts;
using Correction.Server.Api;
using Correction.Server.Demo;
using Correction.Server.Hosting;
using Correction.Server.Live;
using Correction.Server.Pages;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.AddDefaults();
await using DatabaseStartup database = await DatabaseStartup.StartAsync(builder.Configuration);
builder.AddStoreAndGrains(database.ConnectionString);
builder.AddAccounts();
builder.Services.AddCorrectionGateways();
builder.AddApi();
builder.AddLiveBoards();
builder.AddDemo();
builder.AddPages();

WebApplication app = builder.Build();
await app.PrepareAsync();
app.UsePages();
app.UseDefaults();
app.UseAccounts();
app.MapHealth();
app.MapAccounts();
app.MapApi();
app.MapLiveBoards();
app.MapPages();
await app.RunAsync();

/// <summary>The host; public so that tests can name its assembly.</summary>
public partial class Program;
