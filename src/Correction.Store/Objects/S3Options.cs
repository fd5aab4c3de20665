namespace Correction.Store.Objects;

/// <summary>An S3-compatible storage: Amazon's, MinIO, Ceph and the like. No record, so that nothing writes its secret out.</summary>
public sealed class S3Options
{
    /// <summary>Without a path; null: Amazon's own, of the region.</summary>
    public Uri? ServiceUrl { get; init; }

    public required string Bucket { get; init; }

    public required string AccessKey { get; init; }

    public required string SecretKey { get; init; }

    /// <summary>Part of what is signed, also where the storage knows no regions.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>Before every name, such as <c>yuanjiang/</c>.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>The bucket stands in the path, not in the host's name: what most storages of one's own understand.</summary>
    public bool PathStyle { get; init; } = true;

    /// <summary>The same bucket, deeper in it.</summary>
    public S3Options At(string folder) => new()
    {
        ServiceUrl = ServiceUrl, Bucket = Bucket, AccessKey = AccessKey, SecretKey = SecretKey, Region = Region, Prefix = Prefix + folder, PathStyle = PathStyle,
    };
}
