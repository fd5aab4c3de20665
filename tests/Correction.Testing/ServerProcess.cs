using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Correction.Store.Postgres;

namespace Correction.Testing;

/// <summary>
/// The real server as a process of its own, on a database and ports of its own; it can be killed as a power cut would.
/// </summary>
public sealed class ServerProcess : IAsyncDisposable
{
    public const string Password = "demo-password-1";

    private readonly Dictionary<string, string> _environment;
    private readonly List<string> _output = [];
    private Process? _process;

    private ServerProcess(Dictionary<string, string> environment, Uri address, Uri osmAnd, Uri ownTracks, int jt808) =>
        (_environment, Address, OsmAnd, OwnTracks, Jt808) = (environment, address, osmAnd, ownTracks, jt808);

    public Uri Address { get; }

    public Uri OsmAnd { get; }

    public Uri OwnTracks { get; }

    /// <summary>The port of the JT/T 808 gateway on this machine.</summary>
    public int Jt808 { get; }

    /// <summary>Of the database, as the server's own role.</summary>
    public string ConnectionString => _environment["ConnectionStrings__Correction"];

    /// <summary>Bytes of memory that the server's process holds.</summary>
    public long WorkingSet
    {
        get
        {
            _process!.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>The connection string of its database.</summary>
    public string Database => _environment["ConnectionStrings__Correction"];

    /// <summary>What the server wrote so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return string.Join('\n', _output);
            }
        }
    }

    /// <param name="settings">More configuration, such as <c>Policy__SilenceMinutes__Phone</c>.</param>
    public static async Task<ServerProcess> StartAsync(params (string Name, string Value)[] settings)
    {
        ServerProcess server = await PrepareAsync(settings);
        await server.RunAsync();
        return server;
    }

    /// <summary>A port that was free a moment ago.</summary>
    public static int FreePort() => LocalPort.Free();

    /// <summary>Starts a server that is expected not to come up.</summary>
    public static async Task<(int ExitCode, string Output)> FailAsync(params (string Name, string Value)[] settings)
    {
        await using ServerProcess server = await PrepareAsync(settings);
        Process process = server.Begin();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        await process.WaitForExitAsync(patience.Token);
        process.WaitForExit(); // the last lines of its output too
        return (process.ExitCode, server.Output);
    }

    private static async Task<ServerProcess> PrepareAsync((string Name, string Value)[] settings)
    {
        PostgresServer database = await PostgresServer.Shared();
        (int port, int osmAnd, int ownTracks, int jt808) = (LocalPort.Free(), LocalPort.Free(), LocalPort.Free(), LocalPort.Free());
        var environment = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_URLS"] = $"http://localhost:{port}",
            ["ConnectionStrings__Correction"] = await database.CreateDatabaseAsync("server"),
            ["Gateway__OsmAnd__Port"] = $"{osmAnd}",
            ["Gateway__OwnTracks__Port"] = $"{ownTracks}",
            ["Gateway__Jt808__Port"] = $"{jt808}",
            ["Cluster__SiloPort"] = $"{LocalPort.Free()}", // one process gives all ports of a test run: none is given to two servers that start at once
            ["Cluster__GatewayPort"] = $"{LocalPort.Free()}",
            ["Demo__Password"] = Password,
            ["Demo__County"] = "false",
            ["Policy__SilenceMinutes__Phone"] = "60",
            ["SignIn__PerMinute__Address"] = "100000", // all tests come from one address, with one name
            ["SignIn__PerMinute__Account"] = "100000",
        };
        foreach ((string name, string value) in settings)
        {
            environment[name] = value;
        }

        return new ServerProcess(
            environment, new Uri($"http://localhost:{port}/"), new Uri($"http://localhost:{osmAnd}/"), new Uri($"http://localhost:{ownTracks}/"), jt808);
    }

    /// <summary>Asks it to stop, as a service manager or Ctrl-C does, and waits until it has.</summary>
    public async Task<int> StopAsync(string signal = "TERM")
    {
        using Process kill = Process.Start("kill", ["-s", signal, $"{_process!.Id}"]);
        await kill.WaitForExitAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120)); // its services have 30 s, the database of its own as many
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    /// <summary>As <c>kill -9</c>: no farewell.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Starts it again on the same database and ports.</summary>
    public async Task RunAsync()
    {
        Process process = Begin();
        using var http = new HttpClient { BaseAddress = Address };
        await Eventually.Until(async () => process.HasExited ? throw new InvalidOperationException("The server ended:\n" + Output) : await IsReadyAsync(http), "the server to be ready", TimeSpan.FromSeconds(90));
    }

    private Process Begin()
    {
        var start = new ProcessStartInfo("dotnet", Path.Combine(ServerFolder(), "Correction.Server.dll"))
        {
            WorkingDirectory = ContentRoot(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in _environment)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start) ?? throw new InvalidOperationException("The server does not start.");
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => KillQuietly();
        return _process;
    }

    /// <summary>A client that is logged in as a demo account.</summary>
    public async Task<HttpClient> AsAsync(string account, string password = Password)
    {
        var http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(100) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(account, password));
        return http;
    }

    public async Task<string> TokenAsync(string account, string password = Password)
    {
        using var http = new HttpClient { BaseAddress = Address };
        using HttpResponseMessage answer = await http.PostAsJsonAsync("api/v1/auth/login", new { userName = account, password });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accessToken").GetString()!;
    }

    public ValueTask DisposeAsync()
    {
        KillQuietly();
        _process?.Dispose();
        _process = null;
        return ValueTask.CompletedTask;
    }

    private static async Task<bool> IsReadyAsync(HttpClient http)
    {
        try
        {
            using HttpResponseMessage answer = await http.GetAsync("health/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // not listening yet
        }
    }

    /// <summary>The server as it was built beside these tests, in the same configuration.</summary>
    private static string ServerFolder()
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory); // artifacts/bin/{project}/{configuration}
        return Path.Combine(own.Parent!.Parent!.FullName, "Correction.Server", own.Name);
    }

    private static string ContentRoot() => Path.Combine(RepositoryFolder.Path, "src", "Correction.Server");

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

    private void KillQuietly()
    {
        if (_process is { HasExited: false } running)
        {
            running.Kill();
        }
    }
}
