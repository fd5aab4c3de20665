namespace Correction.Store.Objects;

/// <summary>
/// Where finished files are kept under names such as <c>recordings/0193…/manifest.json</c>: parts of letters, digits, dots and
/// hyphens with slashes between. Safe for concurrent callers, also on several hosts.
/// </summary>
public interface IObjectStore
{
    /// <summary>Returns when the whole content is durable under its name, in place of what was there; failing, it leaves what was there.</summary>
    /// <param name="content">It MUST stand at its beginning and be able to seek, so that a request can be sent again.</param>
    Task PutAsync(string name, Stream content, string contentType, CancellationToken cancellation = default);

    /// <summary>Null where there is no such object. The stream knows its length and seeks without reading what it passes over.</summary>
    /// <exception cref="ObjectStoreUnavailableException">Whether there is one cannot be said now.</exception>
    Task<Stream?> OpenAsync(string name, CancellationToken cancellation = default);

    /// <summary>Returns when it is gone; where it was not there, nothing happens.</summary>
    Task DeleteAsync(string name, CancellationToken cancellation = default);
}

/// <summary>The storage did not answer, or refused who asks; what it holds stays as it is.</summary>
public sealed class ObjectStoreUnavailableException(Exception cause) : Exception("The object storage does not answer as it should.", cause);

/// <summary>What follows from the port's three.</summary>
public static class ObjectStoreReading
{
    /// <summary>Of an object small enough for memory; null where it is absent.</summary>
    public static async Task<byte[]?> ReadAsync(this IObjectStore objects, string name, CancellationToken cancellation = default)
    {
        await using Stream? content = await objects.OpenAsync(name, cancellation);
        if (content is null)
        {
            return null;
        }

        byte[] bytes = new byte[content.Length];
        await content.ReadExactlyAsync(bytes, cancellation);
        return bytes;
    }

    public static async Task PutAsync(this IObjectStore objects, string name, byte[] bytes, string contentType, CancellationToken cancellation = default)
    {
        using var content = new MemoryStream(bytes, writable: false);
        await objects.PutAsync(name, content, contentType, cancellation);
    }
}
