using Correction.Grains;
using Correction.Grains.Serialization;
using Correction.Store;
using Correction.Store.Schema;
using Correction.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Serialization;

namespace Correction.Benchmarks;

/// <summary>Store and silo as in service, on a PostgreSQL of its own.</summary>
internal sealed class BenchmarkHost(IHost host, string connectionString) : IAsyncDisposable
{
    public string ConnectionString { get; } = connectionString;

    public IServiceProvider Services => host.Services;

    public IGrainFactory Grains => host.Services.GetRequiredService<IGrainFactory>();

    public static async Task<BenchmarkHost> StartAsync()
    {
        PostgresServer server = await PostgresServer.Shared();
        string connection = await server.CreateDatabaseAsync("benchmark");
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging();
        builder.Services.AddCorrectionStore(connection);
        builder.Services.AddCorrectionGrains();
        builder.Services.AddSerializer(serializer => serializer.AddCorrectionSerialization());
        builder.UseOrleans(silo => silo.UseLocalhostClustering(FreePort(), FreePort()));
        IHost host = builder.Build();
        await host.Services.GetRequiredService<StoreSchema>().ApplyAsync(CancellationToken.None);
        await host.StartAsync();
        return new BenchmarkHost(host, connection);
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }

    private static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        probe.Start();
        return ((System.Net.IPEndPoint)probe.LocalEndpoint).Port;
    }
}
