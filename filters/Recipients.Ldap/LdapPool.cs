using System.Collections.Concurrent;

namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>Connections that are open and idle, the one used last on top, and how many there may be in all.</summary>
internal sealed class LdapPool(int connectionsMax) : IAsyncDisposable
{
    private readonly SemaphoreSlim _places = new(connectionsMax);
    private readonly ConcurrentStack<LdapLink> _idle = new();
    private volatile bool _isClosed;

    /// <summary>Waits for a place. Whoever has one gives it back by <see cref="Leave"/>.</summary>
    public Task EnterAsync(CancellationToken cancellationToken) => _places.WaitAsync(cancellationToken);

    /// <summary>Gives a place back.</summary>
    public void Leave() => _places.Release();

    /// <summary>An idle connection, or <c>null</c>.</summary>
    public LdapLink? Take() => _idle.TryPop(out LdapLink? link) ? link : null;

    /// <summary>Keeps a connection for the next one.</summary>
    public async ValueTask KeepAsync(LdapLink link)
    {
        _idle.Push(link);
        if (_isClosed)
        {
            await DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Closes what is idle, and what is given back from now on.</summary>
    public async ValueTask DisposeAsync()
    {
        _isClosed = true;
        while (_idle.TryPop(out LdapLink? link))
        {
            await link.DisposeAsync().ConfigureAwait(false);
        }
    }
}
