using System.Runtime.Versioning;

namespace Correction.Store.Postgres;

/// <summary>
/// One process at a time works in a data directory. The lock is the kernel's (flock): it ends with the process that
/// holds it, however that ends, so nobody has to judge whether a pid file is stale. Child processes do not inherit it.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static class DirectoryLock
{
    public const string FileName = "lock";

    /// <summary>Takes the lock, or says that another process holds it.</summary>
    public static FileStream Take(string directory) =>
        TryTake(directory) ?? throw new PostgresUnavailableException(
            $"Another running copy uses the data directory {Path.GetDirectoryName(directory)}. "
            + "Stop it first, or give this copy another data directory (Data__Directory).");

    /// <summary>The lock, or null when another process holds it.</summary>
    public static FileStream? TryTake(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            return new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new PostgresUnavailableException(
                $"The data directory {directory} belongs to another account.", denied);
        }
        catch (IOException inUse) when (IsHeldElsewhere(inUse))
        {
            return null;
        }
    }

    /// <summary>EAGAIN, which .NET passes on as it is: 11 on Linux, 35 on macOS.</summary>
    private static bool IsHeldElsewhere(IOException failure) => failure.HResult is 11 or 35;
}
