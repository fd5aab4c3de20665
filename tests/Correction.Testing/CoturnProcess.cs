using System.Diagnostics;
using Correction.Store.Postgres;
using Xunit;

namespace Correction.Testing;

/// <summary>A real coturn of the test's own, on this machine only: the configuration of <c>infra/coturn</c> on a port of its own.</summary>
public sealed class CoturnProcess : IAsyncDisposable
{
    private const string Program = "/usr/bin/turnserver";
    private const string Secret = "relay-secret-2";

    private readonly TemporaryDirectory _home = new();
    private readonly List<string> _output = [];
    private Process? _process;

    private CoturnProcess(int port) => Port = port;

    public int Port { get; }

    /// <summary>Configuration of a server whose visits use it.</summary>
    public (string, string)[] Settings => [("Turn__Urls__0", $"turn:127.0.0.1:{Port}?transport=udp"), ("Turn__Secret", Secret)];

    public static async Task<CoturnProcess> StartAsync()
    {
        Assert.SkipUnless(File.Exists(Program), $"No coturn at {Program}: install coturn to test the relay of visits.");
        var coturn = new CoturnProcess(LocalPort.Free());
        await coturn.RunAsync();
        return coturn;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
        _home.Dispose();
    }

    private async Task RunAsync()
    {
        string configuration = Path.Combine(RepositoryFolder.Path, "infra", "coturn", "turnserver.conf");
        string[] arguments =
        [
            "-c", configuration, $"--listening-port={Port}", "--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", $"--static-auth-secret={Secret}", "--no-tls", "--no-dtls",
            $"--pidfile={_home.Path}/turnserver.pid", $"--db={_home.Path}/turndb",
        ];
        _process = Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var client = new TurnClient(Port);
        await Eventually.Until(async () => _process.HasExited ? throw new InvalidOperationException("coturn ended:\n" + string.Join('\n', _output)) : await client.AnswersAsync(), "coturn to answer");
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lock (_output)
            {
                _output.Add(line);
            }
        }
    }
}
