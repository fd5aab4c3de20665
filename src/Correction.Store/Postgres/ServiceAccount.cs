using System.Diagnostics;
using System.Runtime.Versioning;

namespace Correction.Store.Postgres;

/// <summary>
/// The account that PostgreSQL's processes run under. PostgreSQL refuses to run as root, so a root process drops to
/// another account for it; any other process uses its own.
/// </summary>
/// <param name="Name">The account's login name.</param>
/// <param name="Prefix">The command that drops to the account; empty when no change is needed.</param>
[UnsupportedOSPlatform("windows")]
internal sealed record ServiceAccount(string Name, IReadOnlyList<string> Prefix)
{
    public bool IsOther => Prefix.Count > 0;

    /// <param name="recorded">The account that owns an existing cluster; null when there is none yet.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    public static async Task<ServiceAccount> ChooseAsync(string? recorded, CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            if (recorded is not null && recorded != Environment.UserName)
                throw new PostgresUnavailableException(
                    $"The database here belongs to the account '{recorded}', and this process runs as "
                    + $"'{Environment.UserName}'. Run it as that account or as root, or choose another data directory.");
            return new ServiceAccount(Environment.UserName, []);
        }

        string[] candidates = recorded is null ? ["postgres", "nobody"] : [recorded];
        foreach (var name in candidates)
        {
            var user = await Command.RunAsync("id", ["-u", name], cancellationToken);
            var group = await Command.RunAsync("id", ["-g", name], cancellationToken);
            if (user.Succeeded && group.Succeeded)
                return new ServiceAccount(name, DropTo(name, user.Output, group.Output));
        }

        throw new PostgresUnavailableException(
            "PostgreSQL refuses to run as root, and none of these accounts exists on this machine to run it: "
            + string.Join(", ", candidates) + ".");
    }

    /// <summary>
    /// A command under this account. Its environment is bare: what this process was given (passwords among it) is not
    /// for the database server's, and PG… variables of a user's shell must not redirect it.
    /// </summary>
    public ProcessStartInfo Start(string program, params IEnumerable<string> arguments)
    {
        string[] line = [.. Prefix, program, .. arguments];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            // The account may be barred from the directory that this process was started in.
            WorkingDirectory = "/",
            UseShellExecute = false,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    public Task<Command.Result> RunAsync(
        string program, IEnumerable<string> arguments, CancellationToken cancellationToken, string? input = null) =>
        Command.RunAsync(Start(program, arguments), input, cancellationToken);

    /// <summary>Whether the account may pass through every directory on the way to this one, and enter it.</summary>
    public async Task<bool> CanEnterAsync(string directory, CancellationToken cancellationToken) =>
        !IsOther
        || (await RunAsync("/bin/sh", ["-c", "cd -- \"$1\"", "sh", directory], cancellationToken)).Succeeded;

    /// <summary>Makes a directory that this account owns and nobody else may read.</summary>
    public async Task CreatePrivateDirectoryAsync(string path, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (!IsOther)
            return;
        var changed = await Command.RunAsync("chown", [$"{Name}:", path], cancellationToken);
        if (!changed.Succeeded)
            throw new PostgresUnavailableException($"{path} cannot be given to the account '{Name}': {changed.Output}");
    }

    private static string[] DropTo(string name, string user, string group)
    {
        if (Command.OnPath("setpriv") is { } setpriv)
            return [setpriv, $"--reuid={user}", $"--regid={group}", "--clear-groups", "--no-new-privs", "--"];
        if (Command.OnPath("runuser") is { } runuser)
            return [runuser, "-u", name, "--"];
        throw new PostgresUnavailableException(
            $"PostgreSQL refuses to run as root, and neither setpriv nor runuser is here to start it as '{name}'. "
            + "Install util-linux, or start this program under another account.");
    }
}
