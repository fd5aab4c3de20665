using Correction.Store.Objects;

namespace Correction.Server.Hosting;

/// <summary>Object storage by configuration: <c>Objects:S3</c> says how it is reached, <c>Ledger</c> and <c>Recordings</c> what goes there.</summary>
internal static class ObjectSettings
{
    /// <summary>Where the ledger is published; null: nowhere.</summary>
    public static IObjectStore? Published(IConfiguration configuration) => Choice(configuration, "Ledger:Publish") switch
    {
        null => null,
        "s3" => new S3Objects(S3(configuration, "Ledger:Bucket").At("ledger/")),
        _ => new FolderObjects(configuration["Ledger:PublishDirectory"] is { Length: > 0 } given ? given : Path.Combine(DatabaseStartup.DataDirectory(configuration), "ledger-published")),
    };

    /// <summary>Where sealed recordings are moved; null: they stay in their directory.</summary>
    public static IObjectStore? Recordings(IConfiguration configuration) =>
        Choice(configuration, "Recordings:Store") == "s3" ? new S3Objects(S3(configuration, "Recordings:Bucket").At("recordings/")) : null;

    private static string? Choice(IConfiguration configuration, string setting) => configuration[setting] switch
    {
        null or "" => null,
        "files" or "s3" => configuration[setting],
        _ => throw new StartRefusedException($"{Spelled(setting)} is files or s3."),
    };

    /// <param name="ownBucket">The setting of a bucket for this use alone: what anybody may read and what nobody may do not share one.</param>
    private static S3Options S3(IConfiguration configuration, string ownBucket) => new()
    {
        ServiceUrl = configuration["Objects:S3:ServiceUrl"] switch
        {
            null or "" => null,
            { } given when Uri.TryCreate(given, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https" => address,
            _ => throw new StartRefusedException("Objects__S3__ServiceUrl is the address of the storage, such as https://s3.example.gov.cn."),
        },
        Bucket = configuration[ownBucket] is { Length: > 0 } own ? own : Required(configuration, "Objects:S3:Bucket"),
        AccessKey = Required(configuration, "Objects:S3:AccessKey"),
        SecretKey = Required(configuration, "Objects:S3:SecretKey"),
        Region = configuration["Objects:S3:Region"] is { Length: > 0 } region ? region : "us-east-1",
        Prefix = configuration["Objects:S3:Prefix"] is { Length: > 0 } prefix ? prefix.Trim('/') + "/" : "",
        PathStyle = configuration.GetValue("Objects:S3:PathStyle", true),
    };

    /// <summary>From the setting itself, or from the file that the setting with <c>File</c> behind it names.</summary>
    private static string Required(IConfiguration configuration, string setting)
    {
        if (configuration[setting] is { Length: > 0 } given)
        {
            return given;
        }

        return configuration[setting + "File"] is { Length: > 0 } file && File.Exists(file)
            ? File.ReadAllText(file).Trim()
            : throw new StartRefusedException($"S3 is to be used, and {Spelled(setting)} is missing: set it, or {Spelled(setting)}File to a file that holds it.");
    }

    private static string Spelled(string setting) => setting.Replace(":", "__", StringComparison.Ordinal);
}
