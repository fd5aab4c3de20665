using System.Diagnostics;
using Correction.Store.Postgres;

namespace Correction.Testing;

/// <summary>A witness of a log: <c>tests/ledger/witness.py</c>, which shares no code with the service.</summary>
public sealed class WitnessProcess : IAsyncDisposable
{
    private const string Seed = "6a0f3c1be2d5947788c1aa52e90b7d4436f1c08e5b2d9a7713e4f6085ac9bd21";

    private readonly TemporaryDirectory _home = new();
    private readonly string _logKey;
    private readonly int _port = LocalPort.Free();
    private Process? _process;

    private WitnessProcess(string logKey) => _logKey = logKey;

    /// <summary>Its cosigning key.</summary>
    public string Key { get; private set; } = "";

    /// <summary>Configuration of a server whose log it watches.</summary>
    public (string Name, string Value)[] Settings => [("Ledger__Witnesses__0__Url", $"http://127.0.0.1:{_port}"), ("Ledger__Witnesses__0__Key", Key), ("Ledger__WitnessSeconds", "0.2")];

    /// <param name="logKey">Verifier key of the log that it knows.</param>
    public static async Task<WitnessProcess> StartAsync(string logKey)
    {
        var witness = new WitnessProcess(logKey);
        await witness.RunAsync();
        return witness;
    }

    /// <summary>Starts it again on its state and port.</summary>
    public async Task RunAsync()
    {
        string[] arguments =
        [
            "-B", Path.Combine(RepositoryFolder.Path, "tests", "ledger", "witness.py"),
            "--name", "witness.example/w1", "--seed", Seed, "--log", _logKey, "--state", Path.Combine(_home.Path, "state"), "--port", $"{_port}",
        ];
        _process = Process.Start(new ProcessStartInfo("python3", arguments) { RedirectStandardOutput = true })!;
        Key = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The witness ended.");
        _ = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The witness does not listen.");
    }

    /// <summary>As <c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _home.Dispose();
    }
}
