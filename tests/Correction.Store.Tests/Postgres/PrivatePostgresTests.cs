using System.Diagnostics;
using Correction.Store.Postgres;
using Correction.Testing;
using Npgsql;

namespace Correction.Store.Tests.Postgres;

public sealed class PrivatePostgresTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();
    private readonly List<string> _reports = [];

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Given_an_empty_directory_when_started_then_an_ordinary_role_owns_a_durable_utf8_database()
    {
        await using var postgres = await StartAsync();

        Assert.Equal("off", await AskAsync(postgres, "select current_setting('is_superuser')"));
        Assert.Equal("UTF8", await AskAsync(postgres, "select current_setting('server_encoding')"));
        Assert.Equal("on", await AskAsync(postgres, "select current_setting('fsync')"));
        Assert.Equal("on", await AskAsync(postgres, "select current_setting('data_checksums')"));
        Assert.Equal("127.0.0.1", await AskAsync(postgres, "select current_setting('listen_addresses')"));
        Assert.Equal("correction", await AskAsync(postgres, "select current_database()"));
        Assert.Contains(_reports, line => line.Contains(postgres.Source, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Given_a_running_server_when_others_look_at_its_files_then_they_read_neither_data_nor_password()
    {
        await using var postgres = await StartAsync();

        var home = Path.Combine(_data.Path, "postgres");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, ModeOf(Path.Combine(home, "password")));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, ModeOf(Path.Combine(home, "cluster")));
    }

    [Fact]
    public async Task Given_a_wrong_password_when_connecting_then_the_server_refuses()
    {
        await using var postgres = await StartAsync();

        var wrong = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Password = "wrong", Pooling = false };
        await using var connection = new NpgsqlConnection(wrong.ConnectionString);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.OpenAsync(Cancellation));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
    }

    [Fact]
    public async Task Given_data_of_an_earlier_run_when_started_again_then_the_data_is_there()
    {
        await using (var first = await StartAsync())
            await RememberAsync(first, "kept");

        await using var second = await StartAsync();
        Assert.Equal("kept", await RecallAsync(second));
    }

    [Fact]
    public async Task Given_a_disposed_server_when_its_port_is_tried_then_nobody_answers()
    {
        var postgres = await StartAsync();
        await postgres.DisposeAsync();

        Assert.False(await AnswersAsync(postgres.ConnectionString));
    }

    [Fact]
    public async Task Given_a_server_that_outlived_its_killed_owner_when_started_then_it_is_stopped_and_its_data_found()
    {
        var first = await StartAsync();
        await RememberAsync(first, "acknowledged");
        await KillAsync(first.SupervisorProcessId);
        await first.DisposeAsync();
        Assert.True(await AnswersAsync(first.ConnectionString), "the test needs an orphan");

        await using var second = await StartAsync();
        Assert.Equal("acknowledged", await RecallAsync(second));
        Assert.False(await AnswersAsync(first.ConnectionString));
        Assert.Contains(_reports, line => line.Contains("earlier run", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Given_everything_of_an_earlier_run_was_killed_when_started_then_it_starts_at_once_with_the_data()
    {
        var first = await StartAsync();
        await RememberAsync(first, "acknowledged");
        var server = await ServerProcessAsync();
        await KillAsync(first.SupervisorProcessId);
        await KillAsync(server);
        await first.DisposeAsync();

        await using var second = await StartAsync();
        Assert.Equal("acknowledged", await RecallAsync(second));
    }

    [Fact]
    public async Task Given_a_pid_file_whose_number_another_program_has_when_started_then_it_starts()
    {
        await using (var first = await StartAsync())
            await RememberAsync(first, "kept");
        await File.WriteAllTextAsync(
            Path.Combine(_data.Path, "postgres", "cluster", "postmaster.pid"), $"{Environment.ProcessId}\n", Cancellation);

        await using var second = await StartAsync();
        Assert.Equal("kept", await RecallAsync(second));
    }

    [Fact]
    public async Task Given_two_directories_when_both_are_started_then_neither_sees_the_other()
    {
        using var other = new TemporaryDirectory();
        await using var here = await StartAsync();
        await using (var there = await PrivatePostgres.StartAsync(other.Path, _reports.Add, Cancellation))
        {
            await RememberAsync(here, "here");
            await RememberAsync(there, "there");
            Assert.Equal("there", await RecallAsync(there));
        }

        Assert.Equal("here", await RecallAsync(here));
    }

    [Fact]
    public async Task Given_a_running_copy_when_a_second_starts_on_its_directory_then_it_is_refused_and_the_first_lives_on()
    {
        await using var first = await StartAsync();

        var refused = await Assert.ThrowsAsync<PostgresUnavailableException>(StartAsync);
        Assert.Contains(_data.Path, refused.Message, StringComparison.Ordinal);
        Assert.Contains("Another running copy", refused.Message, StringComparison.Ordinal);
        Assert.True(await AnswersAsync(first.ConnectionString));
    }

    [Fact]
    public async Task Given_a_database_of_a_version_that_is_not_here_when_started_then_the_message_names_the_version()
    {
        await using (await StartAsync())
        {
        }

        await File.WriteAllTextAsync(Path.Combine(_data.Path, "postgres", "cluster", "PG_VERSION"), "9\n", Cancellation);
        var refused = await Assert.ThrowsAsync<PostgresUnavailableException>(StartAsync);
        Assert.Contains("made by PostgreSQL 9", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_crash_when_the_server_returns_then_it_has_the_same_address_and_what_was_committed()
    {
        await using var postgres = await StartAsync();
        await RememberAsync(postgres, "committed");

        await postgres.CrashAsync(Cancellation);
        Assert.False(await AnswersAsync(postgres.ConnectionString));
        await postgres.ReturnAsync(Cancellation);

        Assert.Equal("committed", await RecallAsync(postgres));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static UnixFileMode ModeOf(string path) =>
        OperatingSystem.IsWindows() ? throw new PlatformNotSupportedException() : File.GetUnixFileMode(path);

    private static async Task RememberAsync(PrivatePostgres postgres, string word) =>
        await AskAsync(postgres, $"create table memory as select '{word}'::text as word; select ''");

    private static Task<string?> RecallAsync(PrivatePostgres postgres) => AskAsync(postgres, "select word from memory");

    private static async Task<string?> AskAsync(PrivatePostgres postgres, string question)
    {
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var command = source.CreateCommand(question);
        return (string?)await command.ExecuteScalarAsync(Cancellation);
    }

    private static async Task<bool> AnswersAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        try
        {
            await connection.OpenAsync(Cancellation);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static async Task KillAsync(int pid)
    {
        using var process = Process.GetProcessById(pid);
        process.Kill();
        await process.WaitForExitAsync(Cancellation);
    }

    private Task<PrivatePostgres> StartAsync() => PrivatePostgres.StartAsync(_data.Path, _reports.Add, Cancellation);

    private async Task<int> ServerProcessAsync()
    {
        var file = Path.Combine(_data.Path, "postgres", "cluster", "postmaster.pid");
        return int.Parse(
            (await File.ReadAllLinesAsync(file, Cancellation))[0], System.Globalization.CultureInfo.InvariantCulture);
    }
}
