using System.Diagnostics;
using System.Net.Sockets;
using Correction.Testing;

namespace Correction.Browser.Tests.Visits;

/// <summary>A real Janus of the test's own: the configuration of <c>infra/janus</c> on ports and in directories of its own.</summary>
internal sealed class JanusProcess : IAsyncDisposable
{
    private const string Program = "/usr/bin/janus";
    private const string ApiSecret = "api-secret-1";
    private const string AdminKey = "admin-key-1";

    private readonly TemporaryDirectory _home = new();
    private readonly List<string> _output = [];
    private Process? _process;

    private JanusProcess(int port) => Port = port;

    public int Port { get; }

    public string Recordings => Path.Combine(_home.Path, "recordings");

    /// <summary>Configuration of a server that uses it.</summary>
    public (string, string)[] Settings =>
    [
        ("Janus__Url", $"ws://127.0.0.1:{Port}"), ("Janus__ApiSecret", ApiSecret), ("Janus__AdminKey", AdminKey), ("Recordings__Directory", Recordings),
    ];

    public static async Task<JanusProcess> StartAsync()
    {
        Assert.SkipUnless(File.Exists(Program), $"No Janus at {Program}: install janus to test visits over it.");
        var janus = new JanusProcess(ServerProcess.FreePort());
        Directory.CreateDirectory(janus.Recordings);
        janus.WriteConfiguration();
        await janus.RunAsync();
        return janus;
    }

    public async Task RunAsync()
    {
        _process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"umask 077; exec {Program} -F {_home.Path}/etc"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Eventually.Until(async () => _process.HasExited ? throw new InvalidOperationException("Janus ended:\n" + string.Join('\n', _output)) : await ListensAsync(), "Janus to listen");
    }

    /// <summary>As <c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await KillAsync();
        }

        _process?.Dispose();
        _home.Dispose();
    }

    private void WriteConfiguration()
    {
        string home = Path.Combine(_home.Path, "etc");
        Directory.CreateDirectory(home);
        foreach (string template in Directory.GetFiles(Path.Combine(RepositoryFolder.Path, "infra", "janus"), "*.jcfg"))
        {
            IEnumerable<string> lines = File.ReadLines(template).Where(line => !line.Contains("nat_1_1_mapping", StringComparison.Ordinal)); // no way through a router here
            string text = string.Join('\n', lines).Replace("/etc/janus-visits", home, StringComparison.Ordinal)
                .Replace("${JANUS_API_SECRET}", ApiSecret, StringComparison.Ordinal).Replace("${JANUS_ADMIN_KEY}", AdminKey, StringComparison.Ordinal)
                .Replace("ws_port = 8188", $"ws_port = {Port}\n  ws_ip = \"127.0.0.1\"", StringComparison.Ordinal);
            File.WriteAllText(Path.Combine(home, Path.GetFileName(template)), text);
        }
    }

    private async Task<bool> ListensAsync()
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync("127.0.0.1", Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
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
