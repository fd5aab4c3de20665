using Xunit;

namespace Correction.Testing;

/// <summary>
/// Recorded tracks and device messages, kept in a folder <c>shared/data</c> beside the checkout and not in it. Tests that
/// need one are skipped, with this reason, where the folder is absent.
/// </summary>
public static class SharedData
{
    /// <summary>The nearest <c>shared/data</c> in this directory or an ancestor of it; null when there is none.</summary>
    public static string? Directory { get; } = Ancestors(AppContext.BaseDirectory)
        .Select(ancestor => Path.Combine(ancestor, "shared", "data"))
        .FirstOrDefault(System.IO.Directory.Exists);

    /// <summary>The path of a file in it, for example <c>gpx/a-walk.gpx</c>; skips the test when it is absent.</summary>
    public static string File(string relativePath)
    {
        SkipUnlessPresent();
        var path = Path.Combine(Directory!, relativePath);
        Assert.SkipUnless(System.IO.File.Exists(path), $"The shared data here have no {relativePath}.");
        return path;
    }

    public static void SkipUnlessPresent() =>
        Assert.SkipUnless(Directory is not null, "No folder shared/data beside the checkout.");

    private static IEnumerable<string> Ancestors(string directory)
    {
        for (var at = new DirectoryInfo(directory); at is not null; at = at.Parent)
            yield return at.FullName;
    }
}
