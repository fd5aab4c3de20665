using Amazon.S3;
using Amazon.S3.Model;

namespace Correction.Store.Objects;

/// <summary>
/// Reads an object from wherever it is sought to: a request is made with the first read after a seek, for the range from
/// there to the end, and given up with the next seek. What was replaced meanwhile is refused by the storage, not mixed.
/// </summary>
internal sealed class S3ObjectStream(AmazonS3Client client, string bucket, string key, string tag, long length) : Stream
{
    private GetObjectResponse? _answer;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            if (value != _position)
            {
                GiveUp();
            }

            _position = value;
        }
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        _ => length,
    };

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= length || buffer.IsEmpty)
        {
            return 0;
        }

        _answer ??= await client.GetObjectAsync(
            new GetObjectRequest { BucketName = bucket, Key = key, EtagToMatch = tag, ByteRange = new ByteRange(_position, length - 1) }, cancellationToken);
        int read = await _answer.ResponseStream.ReadAsync(buffer, cancellationToken);
        if (read == 0)
        {
            throw new EndOfStreamException($"{key} ended at {_position} of {length} bytes.");
        }

        _position += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            GiveUp();
        }

        base.Dispose(disposing);
    }

    private void GiveUp()
    {
        _answer?.Dispose();
        _answer = null;
    }
}
