namespace Correction.Domain.Tests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Correction.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No Correction.sln above {AppContext.BaseDirectory}.");
    }
}
