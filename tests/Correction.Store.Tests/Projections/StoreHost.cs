using Correction.Store.Schema;
using Correction.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Correction.Store.Tests.Projections;

/// <summary>The store as a host runs it, journal and projections at work, on a database of its own.</summary>
internal sealed class StoreHost : IAsyncDisposable
{
    private readonly IHost _host;

    private StoreHost(IHost host) => _host = host;

    public static async Task<StoreHost> StartAsync(string connectionString)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddConsole();
        builder.Services.AddCorrectionStore(connectionString);
        IHost host = builder.Build();
        await host.Services.GetRequiredService<StoreSchema>().ApplyAsync(TestContext.Current.CancellationToken);
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new StoreHost(host);
    }

    public static async Task<string> NewDatabaseAsync(string label) => await (await PostgresServer.Shared()).CreateDatabaseAsync(label);

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}
