using System.Security.Cryptography;
using System.Text;

namespace Correction.Store.Recordings;

/// <summary>
/// Ties the chunks of one segment together: each link is the SHA-256 of the link before and of the chunk's own SHA-256, so
/// that none can be left out, put in or exchanged afterwards without every later link being another.
/// </summary>
public static class HashChain
{
    /// <summary>The link before the first chunk: whose segment it is.</summary>
    public static byte[] Begin(Guid visit, string segment, string party) =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"{visit:N}/{segment}/{party}"));

    public static byte[] Next(ReadOnlySpan<byte> link, ReadOnlySpan<byte> chunkHash)
    {
        Span<byte> both = stackalloc byte[SHA256.HashSizeInBytes * 2];
        link.CopyTo(both);
        chunkHash.CopyTo(both[SHA256.HashSizeInBytes..]);
        return SHA256.HashData(both);
    }
}
