using EdgeSmtp.Toolkit.Recipients;
using EdgeSmtp.Toolkit.Threads;

namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>Recipients in an LDAP directory: an address is known when a search finds an entry.</summary>
public sealed class LdapBackend : IRecipientBackend
{
    private static readonly TimeSpan LimitMin = TimeSpan.FromSeconds(1);

    private readonly LdapFilterTemplate _filter;
    private readonly BlockingWorkers<string, RecipientAnswer> _workers;

    /// <summary>Makes the backend; connects to nothing.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="DllNotFoundException">The native library is not installed.</exception>
    public LdapBackend(LdapBackendOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _filter = LdapFilterTemplate.TryParse(options.Filter, out LdapFilterTemplate? filter, out string? error) ? filter : throw new ArgumentException(error, nameof(options));
        _ = LdapLibrary.Instance;
        LdapServerList servers = new([.. options.Servers.Select(text => Parse(text, options.Tls))], options.ServerPause, time);
        LdapOpener opener = new(options, LimitOf(options), time);
        _workers = new BlockingWorkers<string, RecipientAnswer>("ldap", options.ConnectionsMax, time, () => new LdapWorker(opener, servers));
    }

    /// <inheritdoc />
    public ValueTask<RecipientAnswer> FindAsync(string address, CancellationToken cancellationToken) => _workers.AskAsync(_filter.For(address), cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _workers.DisposeAsync();

    // What one server may take of the deadline, so that another can still be asked within it. The library counts whole seconds.
    private static TimeSpan LimitOf(LdapBackendOptions options)
    {
        TimeSpan limit = options.Servers.Count > 1 ? options.Timeout / 2 : options.Timeout;
        return limit < LimitMin ? LimitMin : TimeSpan.FromSeconds(Math.Ceiling(limit.TotalSeconds));
    }

    private static LdapServer Parse(string text, LdapTls tls) =>
        LdapServer.TryParse(text, tls, out LdapServer? server) ? server : throw new ArgumentException($"'{text}' is no server");
}
