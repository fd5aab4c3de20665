using System.Diagnostics;
using System.Text;

namespace Correction.Store.Postgres;

/// <summary>
/// The shell between this process and the server. It reads words from a pipe whose writing end only this process has;
/// when this process ends, in whatever way, the pipe closes and the shell stops the server. So no server outlives its
/// owner, and no signal of a terminal (Ctrl-C reaches the whole group) stops the database before the host has finished
/// writing. It signals only the server that it started itself, by pid: by the time it runs, the next owner may already
/// have a server in the same cluster.
/// </summary>
internal sealed class ClusterSupervisor : IDisposable
{
    /// <summary>
    /// Arguments: $0 pg_ctl, $1 the cluster, $2 the log of the start, $3 the server's options. Signals as PostgreSQL
    /// defines them: INT is a fast stop, QUIT an immediate one. A server is gone when its pid file is, or names another:
    /// where nobody collects dead processes, its pid stays.
    /// </summary>
    public const string Script =
        """
        trap '' HUP INT QUIT TERM
        control=$0 cluster=$1 log=$2 options=$3
        begin() {
            "$control" -D "$cluster" -w -t 120 -l "$log" -o "$options" start 2>&1 &&
                read -r server <"$cluster/postmaster.pid" && echo started
        }
        end() {
            kill -s "$1" "$server" 2>/dev/null
            tenths=$2
            while [ "$tenths" -gt 0 ] && kill -0 "$server" 2>/dev/null; do
                { read -r now <"$cluster/postmaster.pid"; } 2>/dev/null && [ "$now" = "$server" ] || return 0
                sleep 0.1
                tenths=$((tenths - 1))
            done
            [ "$tenths" -gt 0 ]
        }
        begin || exit 1
        while read -r word; do
            case $word in
                crash) if end QUIT 300; then echo stopped; else echo failed; fi ;;
                return) begin || echo failed ;;
            esac
        done
        end INT 600 || end QUIT 100
        """;

    private readonly Process _shell;
    private readonly StringBuilder _said = new();

    public ClusterSupervisor(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        _shell = Process.Start(start)!;
    }

    /// <summary>Everything but the answers: what pg_ctl had to tell.</summary>
    public string Said => _said.ToString().Trim();

    /// <summary>For tests that kill it.</summary>
    internal int ProcessId => _shell.Id;

    /// <summary>The server goes without a word to its clients or its files, as in a crash.</summary>
    public Task<bool> CrashAsync(CancellationToken cancellationToken) => AskAsync("crash", "stopped", cancellationToken);

    /// <summary>The server comes back with the same options.</summary>
    public Task<bool> ReturnAsync(CancellationToken cancellationToken) => AskAsync("return", "started", cancellationToken);

    /// <summary>Waits until the server takes connections; false when it ended instead.</summary>
    public Task<bool> StartedAsync(CancellationToken cancellationToken) => AnswerAsync("started", cancellationToken);

    /// <summary>Closes the pipe and waits for the shell, which waits for the server.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _shell.StandardInput.Close();
        _said.Append(await _shell.StandardOutput.ReadToEndAsync(cancellationToken));
        await _shell.WaitForExitAsync(cancellationToken);
    }

    public void Dispose() => _shell.Dispose();

    private async Task<bool> AskAsync(string word, string expected, CancellationToken cancellationToken)
    {
        await _shell.StandardInput.WriteLineAsync(word.AsMemory(), cancellationToken);
        await _shell.StandardInput.FlushAsync(cancellationToken);
        return await AnswerAsync(expected, cancellationToken);
    }

    private async Task<bool> AnswerAsync(string expected, CancellationToken cancellationToken)
    {
        while (await _shell.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line == expected)
                return true;
            if (line == "failed")
                return false;
            _said.AppendLine(line);
        }

        return false;
    }
}
