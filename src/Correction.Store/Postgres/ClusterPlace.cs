using System.Runtime.Versioning;
using System.Text.Json;

namespace Correction.Store.Postgres;

/// <summary>
/// Where the files of a private PostgreSQL are. Normally all of them lie in the data directory. When the server must run
/// under another account that may not enter the data directory (root's home is closed to everybody else), opening that
/// directory would expose what lies beside it, so the cluster and the npm binaries go to a directory of their own below
/// <c>/var/lib/correction</c>, and the data directory keeps the lock, the password and a note of the place.
/// </summary>
/// <param name="Home">The folder in the data directory with lock, password and note; only this process's account reads it.</param>
/// <param name="Cluster">PostgreSQL's own data directory: mode 0700, owned by the service account.</param>
/// <param name="Packages">Where npm puts binaries when the machine has none.</param>
[UnsupportedOSPlatform("windows")]
internal sealed record ClusterPlace(string Home, string Cluster, string Packages)
{
    private const string Elsewhere = "/var/lib/correction";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Others may pass through, but not look around.</summary>
    private const UnixFileMode PassThrough =
        OwnerOnly | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public string PasswordFile => Path.Combine(Home, "password");

    /// <summary>The major version that made the cluster; null when there is no cluster yet.</summary>
    public int? Major
    {
        get
        {
            var file = Path.Combine(Cluster, "PG_VERSION");
            return File.Exists(file)
                ? int.Parse(File.ReadAllText(file).Trim(), System.Globalization.CultureInfo.InvariantCulture)
                : null;
        }
    }

    public static string HomeIn(string dataDirectory) => Path.Combine(dataDirectory, "postgres");

    /// <summary>Makes the home, passable for the service account and for nothing more.</summary>
    public static string CreateHome(string dataDirectory)
    {
        try
        {
            Directory.CreateDirectory(dataDirectory);
            return CreatePassage(HomeIn(dataDirectory));
        }
        catch (Exception denied) when (denied is UnauthorizedAccessException or IOException)
        {
            throw new PostgresUnavailableException($"The data directory {dataDirectory} cannot be made: {denied.Message}", denied);
        }
    }

    /// <summary>The place of an existing cluster as noted, or a new place. The caller holds the directory's lock.</summary>
    public static async Task<(ClusterPlace Place, ServiceAccount Account)> FindAsync(
        string dataDirectory, string home, Action<string> report, CancellationToken cancellationToken)
    {
        var file = Path.Combine(home, "place.json");
        var noted = File.Exists(file)
            ? JsonSerializer.Deserialize<Note>(await File.ReadAllTextAsync(file, cancellationToken))
            : null;
        var account = await ServiceAccount.ChooseAsync(noted?.Account, cancellationToken);
        if (noted is null)
        {
            noted = new Note(account.Name, await account.CanEnterAsync(home, cancellationToken) ? null : NewElsewhere(account, report));
            await WritePrivateAsync(file, JsonSerializer.Serialize(noted), cancellationToken);
        }

        var place = noted.Elsewhere is { } elsewhere
            ? new ClusterPlace(home, Path.Combine(elsewhere, "cluster"), Path.Combine(elsewhere, "embedded-postgres"))
            : new ClusterPlace(home, Path.Combine(home, "cluster"), Path.Combine(dataDirectory, "embedded-postgres"));
        var parent = Path.GetDirectoryName(place.Cluster)!;
        if (noted.Elsewhere is not null)
        {
            CreatePassage(Elsewhere);
            CreatePassage(parent);
        }

        if (!await account.CanEnterAsync(parent, cancellationToken))
            throw new PostgresUnavailableException(
                $"The account '{account.Name}', which owns the database in {parent}, may not enter that directory. "
                + "Give it passage (chmod o+x) on every directory of that path.");
        return (place, account);
    }

    /// <summary>Writes a file that nobody but this process's account reads, and never half of it.</summary>
    public static async Task WritePrivateAsync(string path, string content, CancellationToken cancellationToken)
    {
        var half = path + ".new";
        File.Delete(half);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly };
        await using (var stream = new FileStream(half, options))
        {
            await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(content), cancellationToken);
            stream.Flush(flushToDisk: true);
        }

        File.Move(half, path, overwrite: true);
    }

    private static string CreatePassage(string directory)
    {
        if (!Directory.Exists(directory))
        {
            Directory.CreateDirectory(directory);
            File.SetUnixFileMode(directory, PassThrough);
        }

        return directory;
    }

    private static string NewElsewhere(ServiceAccount account, Action<string> report)
    {
        var place = Path.Combine(Elsewhere, Guid.CreateVersion7().ToString("N"));
        report($"The account '{account.Name}' may not enter the data directory, so the database is placed in {place}");
        return place;
    }

    /// <param name="Account">Owner of the cluster: a later start must use the same.</param>
    /// <param name="Elsewhere">The directory outside the data directory; null when everything is inside.</param>
    private sealed record Note(string Account, string? Elsewhere);
}
