using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;

namespace Correction.Store.Postgres;

/// <summary>
/// One PostgreSQL cluster: made, started, stopped, and freed of what an earlier run left behind. The caller holds the
/// lock of the data directory, so nobody else starts or stops it.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class Cluster(ClusterPlace place, ServiceAccount account, PostgresBinaries binaries)
{
    private string StartLog => Path.Combine(place.Cluster, "start.log");

    /// <summary>Made beside its place and moved there when complete: a cluster is whole or absent.</summary>
    public async Task InitializeAsync(string password, CancellationToken cancellationToken)
    {
        var unfinished = place.Cluster + ".new";
        if (Directory.Exists(unfinished))
            Directory.Delete(unfinished, recursive: true);
        await account.CreatePrivateDirectoryAsync(unfinished, cancellationToken);

        // initdb reads the password from a pipe that its own account made: it never stands in a list of processes, nor
        // in a file that the account would have to be able to read.
        string[] locale = binaries.Version.Major >= 17
            ? ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
            : ["--locale=C.UTF-8"];
        var made = await account.RunAsync(
            "/bin/sh",
            [
                "-c", "cat | \"$0\" \"$@\"", binaries.Initdb, "--pgdata=" + unfinished, "--username=" + PrivatePostgres.Superuser, "--pwfile=/dev/stdin",
                "--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums", "--no-instructions", .. locale,
            ],
            cancellationToken,
            password + "\n");
        if (!made.Succeeded)
            throw new PostgresUnavailableException($"initdb failed ({binaries.Source}): {made.Output}");
        Directory.Move(unfinished, place.Cluster);
    }

    /// <summary>Starts the server and returns its supervisor, which stops it when it is told to or this process is gone.</summary>
    public async Task<ClusterSupervisor> StartAsync(int port, CancellationToken cancellationToken)
    {
        File.Delete(StartLog);
        var supervisor = new ClusterSupervisor(
            account.Start("/bin/sh", "-c", ClusterSupervisor.Script, binaries.Control, place.Cluster, StartLog, ClusterSettings.Options(port)));
        var started = false;
        try
        {
            started = await supervisor.StartedAsync(cancellationToken);
            return started
                ? supervisor
                : throw new ClusterStartException(
                    $"PostgreSQL did not start ({binaries.Source}, {place.Cluster}): {supervisor.Said}\n{Log()}");
        }
        finally
        {
            if (!started)
            {
                await supervisor.StopAsync(CancellationToken.None);
                supervisor.Dispose();
            }
        }
    }

    /// <summary>
    /// A run that was killed may leave its server alive, or a pid file whose number now belongs to another program.
    /// The first is stopped; the second, which PostgreSQL would take for a living server, is removed.
    /// </summary>
    public async Task ClearAwayEarlierRunAsync(Action<string> report, CancellationToken cancellationToken)
    {
        var pidFile = Path.Combine(place.Cluster, "postmaster.pid");
        if (!File.Exists(pidFile)
            || !int.TryParse((await File.ReadAllLinesAsync(pidFile, cancellationToken)).FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
            return;

        switch (WhoIs(pid))
        {
            case Owner.OurServer:
                report("Stopping the PostgreSQL that an earlier run left behind");
                var stopped = await StopAsync("fast", cancellationToken);
                if (!stopped.Succeeded)
                    stopped = await StopAsync("immediate", cancellationToken);
                if (!stopped.Succeeded && File.Exists(pidFile))
                    throw new PostgresUnavailableException($"The PostgreSQL of an earlier run (process {pid}) cannot be stopped: {stopped.Output}");
                break;
            case Owner.AnotherProgram:
                File.Delete(pidFile);
                break;
            case Owner.Nobody:
                // PostgreSQL recovers from its own stale file.
                break;
            default:
                throw new UnreachableException();
        }
    }

    private enum Owner
    {
        Nobody,
        OurServer,
        AnotherProgram,
    }

    private Owner WhoIs(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            if (process.ProcessName != "postgres")
                return Owner.AnotherProgram;
            if (!OperatingSystem.IsLinux())
                return Owner.OurServer;
            // The server works in its own data directory; the server of another copy works in another.
            return File.ResolveLinkTarget($"/proc/{pid}/cwd", returnFinalTarget: false)?.FullName == Real(place.Cluster)
                ? Owner.OurServer
                : Owner.AnotherProgram;
        }
        catch (ArgumentException)
        {
            return Owner.Nobody;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // It ended just now, or it is another account's, which cannot be a server of this cluster.
            return Owner.Nobody;
        }
    }

    private static string Real(string directory)
    {
        var real = Path.GetPathRoot(directory)!;
        foreach (var part in directory.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Combine(real, part);
            real = Directory.ResolveLinkTarget(real, returnFinalTarget: true)?.FullName ?? real;
        }

        return real;
    }

    private Task<Command.Result> StopAsync(string mode, CancellationToken cancellationToken) =>
        account.RunAsync(binaries.Control, ["-D", place.Cluster, "-w", "-t", "60", "-m", mode, "stop"], cancellationToken);

    /// <summary>The last lines of what the server wrote, for the message of a failed start.</summary>
    private string Log()
    {
        var folder = new DirectoryInfo(Path.Combine(place.Cluster, ClusterSettings.LogDirectory));
        var newest = folder.Exists ? folder.EnumerateFiles().MaxBy(file => file.LastWriteTimeUtc)?.FullName : null;
        return string.Join('\n', ((string?[])[StartLog, newest])
            .Where(File.Exists)
            .SelectMany(file => File.ReadLines(file!).TakeLast(10)));
    }
}
