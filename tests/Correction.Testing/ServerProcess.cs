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

    private ServerProcess(Dictionary<string, string> environment, Uri address, Uri osmAnd, Uri ownTracks) =>
        (_environment, Address, OsmAnd, OwnTracks) = (environment, address, osmAnd, ownTracks);

    public Uri Address { get; }

    public Uri OsmAnd { get; }

    public Uri OwnTracks { get; }

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
        PostgresServer database = await PostgresServer.Shared();
        (int port, int osmAnd, int ownTracks) = (LoopbackPort.Free(), LoopbackPort.Free(), LoopbackPort.Free());
        var environment = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_URLS"] = $"http://localhost:{port}",
            ["ConnectionStrings__Correction"] = await database.CreateDatabaseAsync("server"),
            ["Gateway__OsmAnd__Port"] = $"{osmAnd}",
            ["Gateway__OwnTracks__Port"] = $"{ownTracks}",
            ["Demo__Password"] = Password,
            ["Demo__County"] = "false",
            ["Policy__SilenceMinutes__Phone"] = "60",
        };
        foreach ((string name, string value) in settings)
        {
            environment[name] = value;
        }

        var server = new ServerProcess(
            environment, new Uri($"http://localhost:{port}/"), new Uri($"http://localhost:{osmAnd}/"), new Uri($"http://localhost:{ownTracks}/"));
        await server.RunAsync();
        return server;
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
        string folder = ServerFolder();
        var start = new ProcessStartInfo("dotnet", Path.Combine(folder, "Correction.Server.dll"))
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
        using var http = new HttpClient { BaseAddress = Address };
        await Eventually.Until(async () => _process.HasExited ? throw new InvalidOperationException("The server ended:\n" + Output) : await IsReadyAsync(http), "the server to be ready", TimeSpan.FromSeconds(90));
    }

    /// <summary>A client that is logged in as a demo account.</summary>
    public async Task<HttpClient> AsAsync(string account)
    {
        var http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(100) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(account));
        return http;
    }

    public async Task<string> TokenAsync(string account)
    {
        using var http = new HttpClient { BaseAddress = Address };
        using HttpResponseMessage answer = await http.PostAsJsonAsync("api/v1/auth/login", new { userName = account, password = Password });
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

    private static string ContentRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Correction.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.FullName ?? throw new DirectoryNotFoundException("Correction.sln is not above the tests."), "src", "Correction.Server");
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

    private void KillQuietly()
    {
        if (_process is { HasExited: false } running)
        {
            running.Kill();
        }
    }
}
