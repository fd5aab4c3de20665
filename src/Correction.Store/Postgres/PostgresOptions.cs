namespace Correction.Store.Postgres;

/// <summary>Where the one database of a host comes from.</summary>
/// <param name="ConnectionString">A PostgreSQL that somebody else runs. Absent: a private one is started.</param>
/// <param name="DataDirectory">What a private PostgreSQL, its password and its lock are kept under.</param>
public sealed record PostgresOptions(string? ConnectionString, string DataDirectory)
{
    /// <summary>The data directory of a host that names none.</summary>
    public static string DefaultDataDirectory
    {
        get
        {
            var local = Environment.GetFolderPath(
                Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
            return Path.Combine(local.Length > 0 ? local : Path.GetTempPath(), "Correction");
        }
    }
}
