using System.Runtime.Versioning;
using System.Security.Cryptography;
using Npgsql;

namespace Correction.Store.Postgres;

/// <summary>
/// A PostgreSQL server of this process alone: it listens on the loopback address at a port chosen at each start, its
/// password is made on the first start, and it ends with this process. A later start with the same data directory finds
/// the data again; a second one at the same time is refused; other directories do not matter to it.
/// </summary>
public sealed class PrivatePostgres : IAsyncDisposable
{
    /// <summary>Both the database and the role that owns it. The role is no superuser.</summary>
    private const string Name = "correction";

    /// <summary>The bootstrap superuser.</summary>
    internal const string Superuser = "postgres";

    private const int StartAttempts = 20;
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(90);

    private readonly FileStream _lock;
    private readonly ClusterSupervisor _supervisor;
    private readonly int _port;
    private readonly string _password;
    private bool _disposed;

    private PrivatePostgres(FileStream held, ClusterSupervisor supervisor, int port, string password, string source)
    {
        (_lock, _supervisor, _port, _password, Source) = (held, supervisor, port, password, source);
        ConnectionString = Connection(Name, Name);
    }

    /// <summary>For the host: its own database, as the role that owns it.</summary>
    public string ConnectionString { get; }

    /// <summary>For people: what was used, for example <c>local binaries /usr/lib/postgresql/15/bin (15.18)</c>.</summary>
    public string Source { get; }

    /// <summary>For set-up and tests: the superuser, in the maintenance database.</summary>
    internal string SuperuserConnectionString => Connection(Superuser, "postgres");

    /// <summary>Starts the server, making the cluster first when there is none.</summary>
    /// <param name="dataDirectory">Made when absent. One process at a time may use it.</param>
    /// <param name="report">Takes a line for each step that a person may have to wait for.</param>
    /// <param name="cancellationToken">Ends the start; nothing stays behind that the next start cannot use.</param>
    /// <exception cref="PostgresUnavailableException">It cannot be had; the message says why and what helps.</exception>
    public static async Task<PrivatePostgres> StartAsync(
        string dataDirectory, Action<string> report, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
            throw new PostgresUnavailableException(
                "A private PostgreSQL runs on Linux and macOS only. Name a server: ConnectionStrings__Correction.");

        var home = ClusterPlace.CreateHome(Path.GetFullPath(dataDirectory));
        var held = DirectoryLock.Take(home);
        try
        {
            return await StartLockedAsync(Path.GetFullPath(dataDirectory), home, held, report, cancellationToken);
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the server in fast mode: sessions are ended, everything acknowledged is on disk.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        using var limit = new CancellationTokenSource(StopLimit);
        try
        {
            await _supervisor.StopAsync(limit.Token);
        }
        finally
        {
            _supervisor.Dispose();
            await _lock.DisposeAsync();
        }
    }

    /// <summary>For fault tests: the server goes without a word, as in a crash.</summary>
    internal Task CrashAsync(CancellationToken cancellationToken) => MustAsync(_supervisor.CrashAsync(cancellationToken), "stopped");

    /// <summary>For fault tests: the server comes back at the same port, and recovers.</summary>
    internal Task ReturnAsync(CancellationToken cancellationToken) => MustAsync(_supervisor.ReturnAsync(cancellationToken), "started");

    /// <summary>For fault tests that kill it.</summary>
    internal int SupervisorProcessId => _supervisor.ProcessId;

    private async Task MustAsync(Task<bool> answer, string done)
    {
        if (!await answer)
            throw new PostgresUnavailableException($"The server could not be {done}: {_supervisor.Said}");
    }

    [UnsupportedOSPlatform("windows")]
    private static async Task<PrivatePostgres> StartLockedAsync(
        string dataDirectory, string home, FileStream held, Action<string> report, CancellationToken cancellationToken)
    {
        var (place, account) = await ClusterPlace.FindAsync(dataDirectory, home, report, cancellationToken);
        var binaries = await PostgresBinaries.FindAsync(place.Major, place.Packages, account, report, cancellationToken);
        var cluster = new Cluster(place, account, binaries);

        if (place.Major is null)
        {
            report($"Making a database in {place.Cluster} with {binaries.Source}");
            await ClusterPlace.WritePrivateAsync(place.PasswordFile, RandomNumberGenerator.GetHexString(64, lowercase: true), cancellationToken);
            await cluster.InitializeAsync(await PasswordAsync(place, cancellationToken), cancellationToken);
        }

        var password = await PasswordAsync(place, cancellationToken);
        await cluster.ClearAwayEarlierRunAsync(report, cancellationToken);
        var (supervisor, port) = await StartAtFreePortAsync(cluster, cancellationToken);
        var postgres = new PrivatePostgres(held, supervisor, port, password, binaries.Source);
        try
        {
            await postgres.EnsureDatabaseAsync(cancellationToken);
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }

        report($"PostgreSQL is running: {binaries.Source}, 127.0.0.1:{port}");
        return postgres;
    }

    [UnsupportedOSPlatform("windows")]
    private static async Task<(ClusterSupervisor Supervisor, int Port)> StartAtFreePortAsync(Cluster cluster, CancellationToken cancellationToken)
    {
        using var pause = new PeriodicTimer(RetryPause);
        for (var attempt = 1; ; attempt++)
        {
            var port = LocalPort.Free();
            try
            {
                return (await cluster.StartAsync(port, cancellationToken), port);
            }
            catch (ClusterStartException failure) when (attempt < StartAttempts && (failure.PortTaken || failure.RemainsOfKilledServer))
            {
                await pause.WaitForNextTickAsync(cancellationToken);
            }
            catch (ClusterStartException failure)
            {
                throw new PostgresUnavailableException(failure.Message, failure);
            }
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static async Task<string> PasswordAsync(ClusterPlace place, CancellationToken cancellationToken) =>
        File.Exists(place.PasswordFile)
            ? await File.ReadAllTextAsync(place.PasswordFile, cancellationToken)
            : throw new PostgresUnavailableException(
                $"The database in {place.Cluster} is here, but its password file {place.PasswordFile} is gone. Restore it from a "
                + "backup of the data directory.");

    private async Task EnsureDatabaseAsync(CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(SuperuserConnectionString);
        await using var role = source.CreateCommand("select exists (select from pg_roles where rolname = $1)");
        role.Parameters.AddWithValue(Name);
        if (await role.ExecuteScalarAsync(cancellationToken) is not true)
            await ExecuteAsync(source, $"create role {Name} login password '{_password}'", cancellationToken);

        await using var database = source.CreateCommand("select exists (select from pg_database where datname = $1)");
        database.Parameters.AddWithValue(Name);
        if (await database.ExecuteScalarAsync(cancellationToken) is not true)
            await ExecuteAsync(source, $"create database {Name} owner {Name}", cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string statement, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(statement);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private string Connection(string user, string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = _port,
        Username = user,
        Password = _password,
        Database = database,
        SslMode = SslMode.Disable,
    }.ConnectionString;
}
