using DotNet.Testcontainers.Builders;
using Npgsql;
using Xunit;

namespace Correction.Testing;

/// <summary>
/// A real PostgreSQL for tests: a container where a Docker engine answers, the machine's binaries otherwise. Both give the
/// same: databases owned by a role that is no superuser, as the host has it.
/// <para>
/// <c>CORRECTION_TEST_POSTGRES</c>: <c>docker</c> or <c>local</c> forces one. <c>CORRECTION_TEST_POSTGRES_IMAGE</c>: the image.
/// <c>CORRECTION_TEST_POSTGRES_LOG</c>: a file to which the choice is appended, since test runners swallow what tests print.
/// </para>
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Role = "correction_test";
    private const string DefaultImage = "postgres:17-alpine";

    private static readonly Lazy<Task<PostgresServer>> SharedServer = new(StartSharedAsync);

    private readonly IPostgresRun _run;
    private int _databases;

    private PostgresServer(IPostgresRun run) => _run = run;

    /// <summary>The superuser, in the maintenance database: for tests that look behind the scenes.</summary>
    public string ConnectionString => _run.SuperuserConnectionString;

    /// <summary>
    /// The server that all tests of this process use, each with databases of its own. Who runs the process ends it with
    /// <see cref="EndSharedAsync"/>; for tests <see cref="PostgresOfTheRun"/> does.
    /// </summary>
    public static Task<PostgresServer> Shared() => SharedServer.Value;

    /// <summary>
    /// Ends the shared server, where one was started. Nobody needs its data: it goes as in a crash, without the checkpoint of
    /// an orderly end.
    /// </summary>
    public static async Task EndSharedAsync()
    {
        if (SharedServer is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true } started })
        {
            PostgresServer server = await started;
            await server.CrashAsync();
            await server.DisposeAsync();
        }
    }

    /// <summary>A server for one test that crashes it. The caller disposes it.</summary>
    public static async Task<PostgresServer> StartOwnAsync()
    {
        var server = new PostgresServer(await RunAsync());
        await server.ExecuteAsync($"create role {Role} login password '{Role}'");
        return server;
    }

    /// <summary>A new, empty database; the connection string is that of its owner.</summary>
    /// <param name="label">Who uses it, for people who look into the server.</param>
    public async Task<string> CreateDatabaseAsync(string label)
    {
        var name = string.Concat(label.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit).Take(40))
            + "_" + Interlocked.Increment(ref _databases);
        await ExecuteAsync($"create database \"{name}\" owner {Role}");
        return new NpgsqlConnectionStringBuilder(ConnectionString)
        {
            Database = name,
            Username = Role,
            Password = Role,
            IncludeErrorDetail = true,
        }.ConnectionString;
    }

    /// <summary>The server crashes and comes back. Every connection string stays good.</summary>
    public async Task RestartAsync()
    {
        await CrashAsync();
        await ReturnAsync();
    }

    /// <summary>The server goes as in a crash, until <see cref="ReturnAsync"/>.</summary>
    public Task CrashAsync() => _run.CrashAsync();

    public Task ReturnAsync() => _run.ReturnAsync();

    public ValueTask DisposeAsync() => _run.DisposeAsync();

    private static async Task<PostgresServer> StartSharedAsync()
    {
        var server = await StartOwnAsync();
        Say("PostgreSQL for tests: " + server._run.Description);
        return server;
    }

    private static async Task<IPostgresRun> RunAsync()
    {
        var image = Environment.GetEnvironmentVariable("CORRECTION_TEST_POSTGRES_IMAGE") ?? DefaultImage;
        switch (Environment.GetEnvironmentVariable("CORRECTION_TEST_POSTGRES"))
        {
            case "local":
                return await LocalPostgres.StartAsync();
            case "docker":
                return await ContainerPostgres.StartAsync(image);
            case null or "":
                try
                {
                    return await ContainerPostgres.StartAsync(image);
                }
                catch (DockerUnavailableException)
                {
                    return await LocalPostgres.StartAsync();
                }

            case var other:
                throw new InvalidOperationException($"CORRECTION_TEST_POSTGRES is '{other}'; it knows docker and local.");
        }
    }

    private static void Say(string line)
    {
        TestContext.Current.SendDiagnosticMessage(line);
        Console.Error.WriteLine(line);
        if (Environment.GetEnvironmentVariable("CORRECTION_TEST_POSTGRES_LOG") is { Length: > 0 } log)
            File.AppendAllText(log, line + "\n");
    }

    private async Task ExecuteAsync(string statement)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false });
        await using var command = source.CreateCommand(statement);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
