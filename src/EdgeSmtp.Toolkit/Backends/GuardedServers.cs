using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Toolkit.Backends;

/// <summary>
/// Several servers that do the same, each behind a <see cref="BackendGuard"/> of its own. A call goes to the one with the fewest calls, the first in order of several alike; when that one
/// fails, is not asked or has no place, to the next. A dead server so costs a call no more than its deadline, and soon nothing.
/// </summary>
/// <remarks>Thread-safe. Metrics are those of the guards, with the name of the server as the part.</remarks>
/// <typeparam name="TServer">What a call needs to know of a server.</typeparam>
public sealed class GuardedServers<TServer> : IDisposable
    where TServer : class
{
    /// <summary>Servers at most.</summary>
    public const int ServersMax = 16;

    private readonly (TServer Server, BackendGuard Guard)[] _servers;

    /// <summary>Puts a guard before each server.</summary>
    /// <param name="servers">1 to <see cref="ServersMax"/>, by name, in order of preference. Disposed with this if they are disposable.</param>
    /// <param name="limits">Limits of each.</param>
    /// <param name="context">The clock, the meters and the log.</param>
    public GuardedServers(IReadOnlyList<KeyValuePair<string, TServer>> servers, BackendGuardOptions limits, FilterContext context)
    {
        ArgumentNullException.ThrowIfNull(servers);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentOutOfRangeException.ThrowIfZero(servers.Count, nameof(servers));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(servers.Count, ServersMax, nameof(servers));
        _servers = [.. servers.Select(server => (server.Value, new BackendGuard(server.Key, limits, context.Time, context.Meter(server.Key), context.Logger)))];
    }

    /// <summary>Makes a call. When it returns, or throws, no call of it is running any more: what was lent to it may be taken back.</summary>
    /// <typeparam name="TState">Type of what the call needs.</typeparam>
    /// <typeparam name="T">Type of the answer.</typeparam>
    /// <param name="state">What the call needs.</param>
    /// <param name="call">The call. It has to end soon after its token fires.</param>
    /// <param name="failure">Why an answer says that the server cannot do its work; <c>null</c> for an answer that counts.</param>
    /// <param name="cancellationToken">Gives up, which says nothing about the servers.</param>
    /// <returns>
    /// The first answer. Without one: <see cref="GuardOutcome.Busy"/> when a server that may be well had no place, else how the first that was asked failed, else <see cref="GuardOutcome.Open"/>.
    /// </returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public async ValueTask<GuardResult<T>> RunAsync<TState, T>(
        TState state, Func<TServer, TState, CancellationToken, ValueTask<T>> call, Func<T, string?> failure, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call);
        GuardResult<T> told = new(GuardOutcome.Open, default, null);
        int tried = 0;
        for (int i = 0; i < _servers.Length; i++)
        {
            int next = LeastBurdened(tried);
            tried |= 1 << next;
            GuardResult<T> result = await AskAsync(_servers[next], state, call, failure, cancellationToken).ConfigureAwait(false);
            if (result.Outcome == GuardOutcome.Answered)
            {
                return result;
            }

            told = i == 0 || Rank(result.Outcome) > Rank(told.Outcome) ? result : told;
        }

        return told;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach ((TServer server, BackendGuard guard) in _servers)
        {
            (server as IDisposable)?.Dispose();
            guard.Dispose();
        }
    }

    private static async ValueTask<GuardResult<T>> AskAsync<TState, T>(
        (TServer Server, BackendGuard Guard) asked, TState state, Func<TServer, TState, CancellationToken, ValueTask<T>> call, Func<T, string?> failure, CancellationToken cancellationToken)
    {
        Attempt<TState, T> attempt = new(asked.Server, state, call);
        try
        {
            return await asked.Guard.RunAsync(attempt, static (made, token) => made.Start(token), failure, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await attempt.EndAsync().ConfigureAwait(false);
        }
    }

    private static int Rank(GuardOutcome outcome) => outcome switch
    {
        GuardOutcome.Open => 0,
        GuardOutcome.Busy => 2,
        _ => 1,
    };

    private int LeastBurdened(int tried)
    {
        int best = -1;
        for (int i = 0; i < _servers.Length; i++)
        {
            if ((tried & (1 << i)) == 0 && (best < 0 || _servers[i].Guard.Burden < _servers[best].Guard.Burden))
            {
                best = i;
            }
        }

        return best;
    }

    /// <summary>One call of one server. The guard leaves a call behind at its deadline; whoever lent memory to it has to know when it has ended.</summary>
    private sealed class Attempt<TState, T>(TServer server, TState state, Func<TServer, TState, CancellationToken, ValueTask<T>> call)
    {
        private Task<T>? _running;

        public ValueTask<T> Start(CancellationToken cancellationToken)
        {
            _running = call(server, state, cancellationToken).AsTask();
            return new ValueTask<T>(_running);
        }

        public async ValueTask EndAsync()
        {
            if (_running is not null)
            {
                // What became of it was told to the guard.
                await ((Task)_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
