using EdgeSmtp.Toolkit.Recipients;

namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>Recipients in an LDAP directory: an address is known when a search finds an entry.</summary>
public sealed class LdapBackend : IRecipientBackend
{
    private readonly LdapPool _pool;
    private readonly LdapDialer _dialer;
    private readonly LdapServerList _servers;
    private readonly LdapQuestion _question;
    private readonly TimeSpan _serverLimit;
    private readonly TimeProvider _time;

    /// <summary>Makes the backend; connects to nothing.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="time">The clock.</param>
    public LdapBackend(LdapBackendOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        LdapFilterNode filter = LdapFilterParser.TryParse(options.Filter, out LdapFilterNode? read, out string? error) ? read : throw new ArgumentException(error, nameof(options));
        _pool = new LdapPool(options.ConnectionsMax);
        _dialer = new LdapDialer(options);
        _servers = new LdapServerList([.. options.Servers.Select(text => Parse(text, options.Tls))], options.ServerPause, time);
        _question = new LdapQuestion(options.BaseDn, options.Scope, filter, Math.Max(1, (int)Math.Ceiling(options.Timeout.TotalSeconds)), options.IgnoreReferences);

        // What one server may take of the deadline, so that another can still be asked within it.
        _serverLimit = options.Servers.Count > 1 ? options.Timeout / 2 : Timeout.InfiniteTimeSpan;
        _time = time;
    }

    /// <inheritdoc />
    public async ValueTask<RecipientAnswer> FindAsync(string address, CancellationToken cancellationToken)
    {
        await _pool.EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // The server may have closed what was idle, and all of it when it was restarted: that is no failure of the server.
            while (_pool.Take() is { } idle)
            {
                if (_servers.IsPaused(idle.Server))
                {
                    await idle.DisposeAsync().ConfigureAwait(false);
                    continue;
                }

                (RecipientAnswer? answer, string? _) = await TryAsync(idle.Server, idle, address, cancellationToken).ConfigureAwait(false);
                if (answer is { } found)
                {
                    return found;
                }
            }

            List<string> troubles = [];
            foreach (LdapServer server in _servers.InOrder())
            {
                (RecipientAnswer? answer, string? trouble) = await TryAsync(server, null, address, cancellationToken).ConfigureAwait(false);
                if (answer is { } found)
                {
                    return found;
                }

                _servers.Pause(server);
                troubles.Add($"{server}: {trouble}");
            }

            return RecipientAnswer.TemporaryFailure(string.Join("; ", troubles));
        }
        finally
        {
            _pool.Leave();
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    private static LdapServer Parse(string text, LdapTls tls) =>
        LdapServer.TryParse(text, tls, out LdapServer? server) ? server : throw new ArgumentException($"'{text}' is no server");

    // Asks one server, over a connection that is there or a new one. No answer means: try elsewhere.
    private async Task<(RecipientAnswer? Answer, string? Trouble)> TryAsync(LdapServer server, LdapLink? link, string address, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = new(_serverLimit, _time);
        using CancellationTokenSource given = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        bool isWhole = false;
        try
        {
            link ??= await _dialer.DialAsync(server, given.Token).ConfigureAwait(false);
            RecipientAnswer answer = await link.FindAsync(_question, address, given.Token).ConfigureAwait(false);
            isWhole = true;
            _servers.Resume(server);
            return (answer, null);
        }
        catch (LdapLinkException error)
        {
            return (null, error.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It took the question and never answered: the next one goes elsewhere at once.
            _servers.Pause(server);
            return (null, "no answer in time");
        }
        finally
        {
            if (isWhole)
            {
                await _pool.KeepAsync(link!).ConfigureAwait(false);
            }
            else if (link is not null)
            {
                await link.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
