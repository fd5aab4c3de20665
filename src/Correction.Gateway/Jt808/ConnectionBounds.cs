using System.Collections.Concurrent;
using System.Net;

namespace Correction.Gateway.Jt808;

/// <summary>How many connections there may be, overall and from one address. Safe for concurrent callers.</summary>
internal sealed class ConnectionBounds(int most, int mostPerAddress)
{
    private readonly ConcurrentDictionary<IPAddress, int> _perAddress = new();
    private int _open;

    public int Open => Volatile.Read(ref _open);

    /// <summary>False where a bound is reached; after true, <see cref="Leave"/> MUST follow once.</summary>
    public bool TryEnter(IPAddress address)
    {
        int ofAddress = _perAddress.AddOrUpdate(address, 1, (_, count) => count + 1);
        if (Interlocked.Increment(ref _open) <= most && ofAddress <= mostPerAddress)
        {
            return true;
        }

        Leave(address);
        return false;
    }

    public void Leave(IPAddress address)
    {
        Interlocked.Decrement(ref _open);
        int left = _perAddress.AddOrUpdate(address, 0, (_, count) => Math.Max(0, count - 1));
        if (left == 0)
        {
            _perAddress.TryRemove(KeyValuePair.Create(address, 0));
        }
    }
}
