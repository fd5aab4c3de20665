using Correction.Store.Objects;

namespace Correction.Store.Tests.Objects;

/// <summary>Storage that is lost after so many writes, or takes bytes and keeps others.</summary>
internal sealed class FailingObjects(IObjectStore inner) : IObjectStore
{
    public int PutsLeft { get; set; } = int.MaxValue;

    public bool Spoils { get; set; }

    public List<string> Put { get; } = [];

    public async Task PutAsync(string name, Stream content, string contentType, CancellationToken cancellation = default)
    {
        if (PutsLeft-- <= 0)
        {
            throw new IOException("The storage is gone.");
        }

        Put.Add(name);
        await (Spoils ? inner.PutAsync(name, new byte[content.Length], contentType, cancellation) : inner.PutAsync(name, content, contentType, cancellation));
    }

    public Task<Stream?> OpenAsync(string name, CancellationToken cancellation = default) => inner.OpenAsync(name, cancellation);

    public Task DeleteAsync(string name, CancellationToken cancellation = default) => inner.DeleteAsync(name, cancellation);
}
