using System.Security.Claims;
using Correction.Grains;
using Correction.Grains.Serialization;
using Correction.Store;
using Correction.Store.Postgres;
using Correction.Store.Schema;
using Correction.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Serialization;

namespace Correction.Benchmarks;

/// <summary>Store and silo as in service, on a PostgreSQL of its own.</summary>
internal sealed class BenchmarkHost(IHost host, string connectionString) : IAsyncDisposable
{
    public string ConnectionString { get; } = connectionString;

    public IServiceProvider Services => host.Services;

    public IGrainFactory Grains => host.Services.GetRequiredService<IGrainFactory>();

    /// <param name="more">What the benchmark needs beside store and silo.</param>
    public static async Task<BenchmarkHost> StartAsync(Action<HostApplicationBuilder>? more = null) =>
        await StartOnAsync(await (await PostgresServer.Shared()).CreateDatabaseAsync("benchmark"), more);

    /// <summary>On a database that an earlier host left.</summary>
    public static async Task<BenchmarkHost> StartOnAsync(string connection, Action<HostApplicationBuilder>? more = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging();
        AddStoreAndSilo(builder, connection);
        more?.Invoke(builder);
        IHost host = builder.Build();
        await host.Services.GetRequiredService<StoreSchema>().ApplyAsync(CancellationToken.None);
        await host.StartAsync();
        return new BenchmarkHost(host, connection);
    }

    /// <summary>The same with a web server before it, which is still to be built; see <see cref="BuildAsync"/>.</summary>
    public static async Task<WebApplicationBuilder> PrepareWebAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{LocalPort.Free()}");
        AddStoreAndSilo(builder, await (await PostgresServer.Shared()).CreateDatabaseAsync("benchmark"));
        return builder;
    }

    /// <param name="user">Who asks.</param>
    public static async Task<WebApplication> BuildAsync(WebApplicationBuilder builder, Func<HttpContext, ClaimsPrincipal> user)
    {
        WebApplication app = builder.Build();
        await app.Services.GetRequiredService<StoreSchema>().ApplyAsync(CancellationToken.None);
        app.Use((context, next) =>
        {
            context.User = user(context);
            return next(context);
        });
        app.UseAuthorization();
        return app;
    }

    private static void AddStoreAndSilo(IHostApplicationBuilder builder, string connection)
    {
        builder.Services.AddCorrectionStore(connection).AddCorrectionGrains();
        builder.Services.AddSerializer(serializer => serializer.AddCorrectionSerialization());
        builder.UseOrleans(silo => silo.UseLocalhostClustering(LocalPort.Free(), LocalPort.Free()));
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }
}
