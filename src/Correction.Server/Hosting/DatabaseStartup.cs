using Correction.Store.Postgres;

namespace Correction.Server.Hosting;

/// <summary>The database of this host: the configured one, or a private one that lives and ends with it.</summary>
public sealed class DatabaseStartup : IAsyncDisposable
{
    private readonly PrivatePostgres? _private;

    private DatabaseStartup(string connectionString, PrivatePostgres? started) => (ConnectionString, _private) = (connectionString, started);

    public string ConnectionString { get; }

    /// <exception cref="PostgresUnavailableException">No database is configured and none can be started; the message says what to do.</exception>
    public static async Task<DatabaseStartup> StartAsync(IConfiguration configuration)
    {
        if (configuration.GetConnectionString("Correction") is { Length: > 0 } configured)
        {
            return new DatabaseStartup(configured, null);
        }

        PrivatePostgres started = await PrivatePostgres.StartAsync(DataDirectory(configuration), Console.WriteLine, CancellationToken.None);
        Console.WriteLine($"PostgreSQL: {started.Source}");
        return new DatabaseStartup(started.ConnectionString, started);
    }

    /// <summary>Where a private PostgreSQL and recordings live.</summary>
    public static string DataDirectory(IConfiguration configuration) =>
        configuration["Data:Directory"] is { Length: > 0 } given ? given : PostgresOptions.DefaultDataDirectory;

    public ValueTask DisposeAsync() => _private?.DisposeAsync() ?? ValueTask.CompletedTask;
}
