namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>The servers of one directory, and which of them are passed over for now. Shared by all connections.</summary>
internal sealed class LdapServerList
{
    private readonly LdapServer[] _servers;
    private readonly long[] _pausedUntil;
    private readonly TimeSpan _pause;
    private readonly TimeProvider _time;

    public LdapServerList(IReadOnlyList<LdapServer> servers, TimeSpan pause, TimeProvider time)
    {
        _servers = [.. servers];
        _pausedUntil = new long[_servers.Length];
        Array.Fill(_pausedUntil, long.MinValue);
        _pause = pause;
        _time = time;
    }

    /// <summary>The servers in the order in which to try them: as configured, those that failed a moment ago last. None is left out: if all failed, one of them must be tried.</summary>
    public LdapServer[] InOrder()
    {
        long now = _time.GetTimestamp();
        LdapServer[] order = new LdapServer[_servers.Length];
        int count = 0;
        for (int i = 0; i < _servers.Length; i++)
        {
            if (Volatile.Read(ref _pausedUntil[i]) <= now)
            {
                order[count++] = _servers[i];
            }
        }

        for (int i = 0; i < _servers.Length; i++)
        {
            if (Array.IndexOf(order, _servers[i], 0, count) < 0)
            {
                order[count++] = _servers[i];
            }
        }

        return order;
    }

    /// <summary>Whether a server failed a moment ago.</summary>
    public bool IsPaused(LdapServer server) => Volatile.Read(ref _pausedUntil[Array.IndexOf(_servers, server)]) > _time.GetTimestamp();

    /// <summary>A server that answers is passed over no longer.</summary>
    public void Resume(LdapServer server) => Volatile.Write(ref _pausedUntil[Array.IndexOf(_servers, server)], long.MinValue);

    /// <summary>Passes a server over for a while, because it has just failed.</summary>
    public void Pause(LdapServer server)
    {
        int index = Array.IndexOf(_servers, server);
        Volatile.Write(ref _pausedUntil[index], _time.GetTimestamp() + (long)(_pause.TotalSeconds * _time.TimestampFrequency));
    }
}
