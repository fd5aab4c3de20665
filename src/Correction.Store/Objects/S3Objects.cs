using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Correction.Store.Objects;

/// <summary>Objects in a bucket. The bucket MUST exist; its access, versions and lifecycle are its owner's.</summary>
public sealed class S3Objects : IObjectStore, IDisposable
{
    /// <summary>Larger ones go in parts of this size, so that a lost connection costs one part.</summary>
    private const long PartSize = 16 * 1024 * 1024;

    private readonly S3Options _options;
    private readonly AmazonS3Client _client;

    public S3Objects(S3Options options)
    {
        _options = options;
        var configuration = new AmazonS3Config
        {
            ForcePathStyle = options.PathStyle,
            AuthenticationRegion = options.Region,
            Timeout = TimeSpan.FromSeconds(100),
            MaxErrorRetry = 2,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED, // many storages do not know Amazon's newer checksums
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.ServiceUrl is { } address)
        {
            configuration.ServiceURL = address.AbsoluteUri;
        }
        else
        {
            configuration.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(options.Region);
        }

        _client = new AmazonS3Client(new BasicAWSCredentials(options.AccessKey, options.SecretKey), configuration);
    }

    public void Dispose() => _client.Dispose();

    public Task PutAsync(string name, Stream content, string contentType, CancellationToken cancellation = default) => content.Length > PartSize
        ? PutInPartsAsync(name, content, contentType, cancellation)
        : _client.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = _options.Bucket,
                Key = KeyOf(name),
                InputStream = content,
                AutoCloseStream = false,
                ContentType = contentType,
                UseChunkEncoding = false, // the whole is signed: the storage refuses bytes that changed on their way, and need not know Amazon's signed chunks
            },
            cancellation);

    public async Task<Stream?> OpenAsync(string name, CancellationToken cancellation = default)
    {
        try
        {
            GetObjectMetadataResponse found = await _client.GetObjectMetadataAsync(_options.Bucket, KeyOf(name), cancellation);
            return new S3ObjectStream(_client, _options.Bucket, KeyOf(name), found.ETag, found.ContentLength);
        }
        catch (AmazonS3Exception absent) when (absent.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
        catch (Exception failure) when (failure is AmazonServiceException or AmazonClientException or HttpRequestException)
        {
            throw new ObjectStoreUnavailableException(failure);
        }
    }

    public Task DeleteAsync(string name, CancellationToken cancellation = default) => _client.DeleteObjectAsync(_options.Bucket, KeyOf(name), cancellation);

    private async Task PutInPartsAsync(string name, Stream content, string contentType, CancellationToken cancellation)
    {
        InitiateMultipartUploadResponse begun = await _client.InitiateMultipartUploadAsync(
            new InitiateMultipartUploadRequest { BucketName = _options.Bucket, Key = KeyOf(name), ContentType = contentType }, cancellation);
        try
        {
            var parts = new List<PartETag>();
            for (long at = 0; at < content.Length; at += PartSize)
            {
                UploadPartResponse part = await _client.UploadPartAsync(
                    new UploadPartRequest
                    {
                        BucketName = _options.Bucket,
                        Key = KeyOf(name),
                        UploadId = begun.UploadId,
                        PartNumber = parts.Count + 1,
                        InputStream = content,
                        PartSize = Math.Min(PartSize, content.Length - at),
                        UseChunkEncoding = false,
                    },
                    cancellation);
                parts.Add(new PartETag(parts.Count + 1, part.ETag));
            }

            await _client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest { BucketName = _options.Bucket, Key = KeyOf(name), UploadId = begun.UploadId, PartETags = parts }, cancellation);
        }
        catch
        {
            await _client.AbortMultipartUploadAsync(_options.Bucket, KeyOf(name), begun.UploadId, CancellationToken.None);
            throw;
        }
    }

    private string KeyOf(string name) => _options.Prefix + name;
}
