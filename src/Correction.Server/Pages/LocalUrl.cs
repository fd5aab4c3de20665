namespace Correction.Server.Pages;

/// <summary>Where to go back to: this site only, so that a link cannot lead a person from our sign-in to a stranger's page.</summary>
internal static class LocalUrl
{
    /// <summary>The given address where it is a path of this site, else the start page.</summary>
    public static string OrHome(string? url) =>
        url is ['/', ..] && !url.StartsWith("//", StringComparison.Ordinal) && !url.Contains('\\') && !url.Any(char.IsControl) ? url : "/";

    /// <summary>Path and query of this request. What answers a POST is shown again by a GET.</summary>
    public static string Here(HttpRequest request) => request.PathBase + request.Path + request.QueryString;
}
