using System.Net;
using System.Net.Sockets;
using Correction.Testing;

namespace Correction.Server.Tests.Hosting;

/// <summary>What the operator can mend is told in one sentence, with exit code 1.</summary>
public sealed class StartFailureTests
{
    [Fact]
    public async Task A_taken_port_for_pages_is_named_with_what_to_set()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;
        string told = await FailAsync(("ASPNETCORE_URLS", $"http://localhost:{port}"));
        Assert.StartsWith($"Not started. Port {port} is taken: set ASPNETCORE_URLS to a free one, such as http://localhost:", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_of_a_gateway_is_named_with_what_to_set()
    {
        using var other = new TcpListener(IPAddress.Any, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;
        Assert.Equal(
            $"Not started. Port {port} is taken: set Gateway__OsmAnd__Port to a free one, or to 0 for none.", await FailAsync(("Gateway__OsmAnd__Port", $"{port}")));
    }

    [Fact]
    public async Task An_unreachable_database_is_named()
    {
        string told = await FailAsync(("ConnectionStrings__Correction", $"Host=127.0.0.1;Port={ServerProcess.FreePort()};Username=x;Password=secret-of-the-database"));
        Assert.StartsWith("Not started. The database of ConnectionStrings__Correction cannot be reached: ", told, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-of-the-database", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_sign_in_at_the_database_is_named()
    {
        string database = await (await PostgresServer.Shared()).CreateDatabaseAsync("refused");
        string told = await FailAsync(("ConnectionStrings__Correction", new Npgsql.NpgsqlConnectionStringBuilder(database) { Password = "wrong" }.ConnectionString));
        Assert.StartsWith("Not started. The database refuses ConnectionStrings__Correction: ", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Ledger__PublishSeconds", "0", "Ledger__PublishSeconds is a number of seconds, 1 or more.")]
    [InlineData("Ledger__Publish", "ftp", "Ledger__Publish is files or s3.")]
    [InlineData("Ledger__Publish", "s3", "S3 is to be used, and Objects__S3__Bucket is missing: set it, or Objects__S3__BucketFile to a file that holds it.")]
    public async Task Storage_that_is_set_halfway_is_told_with_what_to_set(string setting, string value, string told) =>
        Assert.Equal("Not started. " + told, await FailAsync((setting, value)));

    [Fact]
    public async Task Two_copies_on_one_machine_do_not_meet_and_what_one_began_the_next_start_finds()
    {
        using var one = new TemporaryDirectory();
        using var two = new TemporaryDirectory();
        await using ServerProcess first = await ServerProcess.StartAsync(Private(one));
        string told = await FailAsync(Private(one));
        Assert.StartsWith("Not started. Another running copy uses the data directory", told, StringComparison.Ordinal);
        await using ServerProcess second = await ServerProcess.StartAsync(Private(two));
        using HttpClient officer = await first.AsAsync("officer");
        string subject = await officer.RegisterAsync("重启之后");

        Assert.Equal(0, await second.StopAsync("INT"));
        Assert.Equal(0, await first.StopAsync("TERM"));
        Assert.Empty(ServersIn(one.Path).Concat(ServersIn(two.Path)));

        await first.RunAsync();
        using HttpClient again = await first.AsAsync("officer");
        Assert.Equal(subject, (await again.GetJsonAsync($"api/v1/subjects/{subject}")).GetProperty("id").GetString());
        Assert.Equal(0, await first.StopAsync());
    }

    /// <summary>As a newcomer starts it: database and ports of the cluster are its own affair.</summary>
    private static (string Name, string Value)[] Private(TemporaryDirectory directory) =>
        [("ConnectionStrings__Correction", ""), ("Data__Directory", directory.Path), ("Cluster__SiloPort", ""), ("Cluster__GatewayPort", "")];

    /// <summary>PostgreSQL's processes that work below this directory.</summary>
    private static IEnumerable<string> ServersIn(string directory) => Directory.EnumerateDirectories("/proc")
        .Where(process => int.TryParse(Path.GetFileName(process), out _))
        .Where(process => WorkingDirectory(process)?.StartsWith(directory, StringComparison.Ordinal) == true);

    private static string? WorkingDirectory(string process)
    {
        try
        {
            return File.ResolveLinkTarget(Path.Combine(process, "cwd"), returnFinalTarget: false)?.FullName;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null; // it ended just now, or is none of ours
        }
    }

    private static async Task<string> FailAsync(params (string Name, string Value)[] settings)
    {
        (int exitCode, string output) = await ServerProcess.FailAsync(settings);
        Assert.Equal(1, exitCode);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        return output.Split('\n').Single(line => line.StartsWith("Not started.", StringComparison.Ordinal));
    }
}
