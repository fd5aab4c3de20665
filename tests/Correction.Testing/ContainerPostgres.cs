using Correction.Store.Postgres;
using Testcontainers.PostgreSql;

namespace Correction.Testing;

/// <summary>PostgreSQL in a container, at a port that stays its own over a crash.</summary>
internal sealed class ContainerPostgres : IPostgresRun
{
    /// <summary>The library's own patience with a container that does not become ready outlasts a run of the tests.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly PostgreSqlContainer _container;

    private ContainerPostgres(PostgreSqlContainer container) => _container = container;

    public string SuperuserConnectionString => _container.GetConnectionString();

    public string Description => $"Testcontainers ({_container.Image.FullName})";

    public static async Task<IPostgresRun> StartAsync(string image)
    {
        var container = new PostgreSqlBuilder(image)
            // A port that Docker chose would be another one after each start.
            .WithPortBinding(LocalPort.Free(), PostgreSqlBuilder.PostgreSqlPort)
            .WithDatabase("postgres")
            .WithCommand("-c", "max_connections=300", "-c", "timezone=UTC")
            // The module turns durability off, for speed; what a crash leaves behind is what we test.
            .WithCommand("-c", "fsync=on", "-c", "full_page_writes=on", "-c", "synchronous_commit=on")
            // What PostgreSQL calls an immediate shutdown: stopping the container is a crash.
            .WithCreateParameterModifier(parameters => parameters.StopSignal = "SIGQUIT")
            .Build();
        try
        {
            await WithinPatienceAsync(container.StartAsync);
            return new ContainerPostgres(container);
        }
        catch
        {
            await container.DisposeAsync();
            throw;
        }
    }

    public Task CrashAsync() => WithinPatienceAsync(_container.StopAsync);

    public Task ReturnAsync() => WithinPatienceAsync(_container.StartAsync);

    public ValueTask DisposeAsync() => _container.DisposeAsync();

    private static async Task WithinPatienceAsync(Func<CancellationToken, Task> action)
    {
        using var patience = new CancellationTokenSource(Patience);
        await action(patience.Token);
    }
}
