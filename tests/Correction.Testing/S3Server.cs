using System.Diagnostics;
using System.Security.Cryptography;
using Correction.Store.Objects;
using Correction.Store.Postgres;
using Xunit;

namespace Correction.Testing;

/// <summary>
/// A real S3 server of the test's own, on this machine only: it speaks the protocol, knows who signs (it does not compute the
/// signature again), and keeps objects in a directory. npm fetches it once (<c>S3/package-lock.json</c>), and runs no script of
/// any package.
/// </summary>
public sealed class S3Server : IAsyncDisposable
{
    private const string Bucket = "correction", Key = "S3RVER";

    private static readonly string Package = Path.Combine(RepositoryFolder.Path, "tests", "Correction.Testing", "S3");

    private readonly TemporaryDirectory _objects = new();
    private readonly int _port = LocalPort.Free();
    private Process? _process;

    public S3Options Options => new() { ServiceUrl = new Uri($"http://127.0.0.1:{_port}"), Bucket = Bucket, AccessKey = Key, SecretKey = Key };

    /// <summary>Configuration of a server that uses it.</summary>
    public (string, string)[] Settings =>
        [("Objects__S3__ServiceUrl", $"http://127.0.0.1:{_port}"), ("Objects__S3__Bucket", Bucket), ("Objects__S3__AccessKey", Key), ("Objects__S3__SecretKey", Key)];

    /// <summary>Names of all objects, in order.</summary>
    public string[] Names => [.. Directory.EnumerateFiles(Path.Combine(_objects.Path, Bucket), "*._S3rver_object", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Path.Combine(_objects.Path, Bucket), path)[..^"._S3rver_object".Length].Replace("%2F", "/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public static async Task<S3Server> StartAsync()
    {
        await InstallAsync();
        var server = new S3Server();
        await server.RunAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _objects.Dispose();
    }

    /// <summary>As when the storage is down; what it holds stays.</summary>
    public async Task StopAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
        _process = null;
    }

    public async Task RunAsync()
    {
        string program = Path.Combine(Package, "node_modules", "s3rver", "bin", "s3rver.js");
        var process = Process.Start(new ProcessStartInfo(
            "node", [program, "-d", _objects.Path, "-a", "127.0.0.1", "-p", $"{_port}", "-s", "--no-vhost-buckets", "--configure-bucket", Bucket])
            { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        Task<string> said = process.StandardError.ReadToEndAsync();
        _process = process;
        using var http = new HttpClient { BaseAddress = Options.ServiceUrl };
        await Eventually.Until(async () => process.HasExited ? throw new InvalidOperationException("The S3 server ended:\n" + await said) : await AnswersAsync(http), "the S3 server to answer");
    }

    private static async Task<bool> AnswersAsync(HttpClient http)
    {
        try
        {
            using HttpResponseMessage _ = await http.GetAsync(Bucket);
            return true;
        }
        catch (HttpRequestException)
        {
            return false; // not listening yet
        }
    }

    /// <summary>Once for a lock file; test runs of several projects wait for each other.</summary>
    private static async Task InstallAsync()
    {
        string stamp = Path.Combine(Package, "node_modules", ".installed");
        string wanted = Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(Package, "package-lock.json"))));
        await using FileStream alone = await Eventually.Until(() => Task.FromResult(TryLock()), "another test run to have installed the S3 server", TimeSpan.FromMinutes(3));
        if (File.Exists(stamp) && await File.ReadAllTextAsync(stamp) == wanted)
        {
            return;
        }

        Command.Result installed = await Command.RunAsync("npm", ["ci", "--prefix", Package, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
        Assert.True(installed.Succeeded, $"npm could not install the S3 server of the tests: {installed.Output}");
        await File.WriteAllTextAsync(stamp, wanted);
    }

    private static FileStream? TryLock()
    {
        try
        {
            return new FileStream(Path.Combine(Path.GetTempPath(), $"correction-s3-{Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Package)))[..16]}"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
