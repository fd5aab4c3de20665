using Correction.Domain;
using Correction.Grains.Serialization;
using Correction.Store;
using Correction.Store.Schema;
using Correction.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.TestingHost;

[assembly: AssemblyFixture(typeof(Correction.Grains.Tests.GrainsFixture))]

namespace Correction.Grains.Tests;

/// <summary>Two silos in this process, on one real PostgreSQL: what crosses silos is really serialized.</summary>
public sealed class GrainsFixture : IAsyncLifetime
{
    private InProcessTestCluster _cluster = null!;

    public static Actor Officer { get; } = new("officer", Role.Officer, "430981001");

    public static Actor Approver { get; } = new("approver", Role.Approver, "430981");

    public IGrainFactory Grains => _cluster.Client;

    public IServiceProvider Services => _cluster.Silos[0].ServiceProvider;

    public async ValueTask InitializeAsync()
    {
        PostgresServer server = await PostgresServer.Shared();
        string connection = await server.CreateDatabaseAsync("grains");
        await ApplySchemaAsync(connection);
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddCorrectionStore(connection).AddCorrectionGrains();
            silo.Services.AddSerializer(serializer => serializer.AddCorrectionSerialization());
        });
        builder.ConfigureClient(client => client.Services.AddSerializer(serializer => serializer.AddCorrectionSerialization()));
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    private static async Task ApplySchemaAsync(string connection)
    {
        await using ServiceProvider services = new ServiceCollection().AddLogging().AddCorrectionStore(connection).BuildServiceProvider();
        await services.GetRequiredService<StoreSchema>().ApplyAsync(CancellationToken.None);
    }
}
