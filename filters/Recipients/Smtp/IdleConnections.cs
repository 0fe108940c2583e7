using EdgeSmtp.Client.Smtp;

namespace EdgeSmtp.Filters.Recipients.Smtp;

/// <summary>Connections that wait for the next question, the last used on top. Old ones are found when they are taken, so there is no timer.</summary>
internal sealed class IdleConnections(SmtpBackendOptions options, TimeProvider time) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Stack<(SmtpClientConnection Connection, long Since)> _idle = new();
    private bool _isClosed;

    /// <summary>A connection that can be used, or <c>null</c>.</summary>
    public SmtpClientConnection? Take()
    {
        while (true)
        {
            SmtpClientConnection connection;
            long since;
            lock (_lock)
            {
                if (!_idle.TryPop(out (SmtpClientConnection Connection, long Since) top))
                {
                    return null;
                }

                (connection, since) = top;
            }

            if (connection.IsUsable && time.GetElapsedTime(since) < options.IdleTimeout)
            {
                return connection;
            }

            connection.Dispose();
        }
    }

    /// <summary>Keeps a connection, or closes it.</summary>
    public async ValueTask ReturnAsync(SmtpClientConnection connection)
    {
        bool kept = false;
        if (connection.IsUsable && connection.Transactions < options.QuestionsMax)
        {
            lock (_lock)
            {
                if (!_isClosed && _idle.Count < options.IdleMax)
                {
                    _idle.Push((connection, time.GetTimestamp()));
                    kept = true;
                }
            }
        }

        if (!kept)
        {
            await connection.QuitAsync().ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        List<SmtpClientConnection> left;
        lock (_lock)
        {
            _isClosed = true;
            left = [.. _idle.Select(static idle => idle.Connection)];
            _idle.Clear();
        }

        foreach (SmtpClientConnection connection in left)
        {
            await connection.QuitAsync().ConfigureAwait(false);
        }
    }
}
