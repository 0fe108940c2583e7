using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Script.Wire;
using EdgeSmtp.Toolkit.Backends;
using EdgeSmtp.Toolkit.Files;
using EdgeSmtp.Toolkit.Processes;

namespace EdgeSmtp.Filters.Script.Children;

/// <summary>
/// The children of one filter: starts them, starts anew those that end, puts a new version of the program in their place, and gives each question to the one that has the fewest.
/// </summary>
internal sealed class ScriptPool : IAsyncDisposable
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(2);

    private readonly ScriptFilterOptions _options;
    private readonly FilterContext _context;
    private readonly ProgramCommand _command;
    private readonly Dictionary<string, string> _environment;
    private readonly ScriptLog _log;
    private readonly FilterMeter _meter;
    private readonly BackendGuard _guard;
    private readonly ProgramKeeper _keeper;
    private readonly FileWatch _watch;
    private readonly ScriptPlaces _places = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _supervisors;
    private volatile TaskCompletionSource _changed = NewSignal();
    private int _running;
    private int _isDisposed;

    public ScriptPool(ScriptFilterOptions options, FilterContext context)
    {
        _options = options;
        _context = context;
        _command = new ProgramCommand(options.Program, options.Arguments);
        _environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["EDGESMTP_FILTER"] = context.Name, ["EDGESMTP_HOSTNAME"] = context.Host.Hostname };
        foreach ((string name, string value) in options.Environment)
        {
            _environment[name] = value;
        }

        _log = new ScriptLog(context.Logger, context.Name, options.LogLinesMax, context.Time);
        _meter = context.Meter("children");
        foreach (string what in (string[])["started", "ended", "replaced"])
        {
            _meter.Count(what, 0);
        }

        _meter.Level("running", 0);
        _guard = new BackendGuard(options.Program, options.Limits, context.Time, context.Meter("program"), context.Logger);
        _keeper = new ProgramKeeper($"script-{context.Name}", context.Time);
        _watch = new FileWatch(options.Program, ChangedAsync, context.Logger);
        _watch.Start(WatchInterval, context.Time);
        _supervisors = Task.WhenAll(Enumerable.Range(0, options.Children).Select(_ => SuperviseAsync(_stopping.Token)));
    }

    /// <summary>Where the program wants to be asked; <c>null</c> until its first hello.</summary>
    public ScriptHello? Hello { get; private set; }

    /// <summary>Asks the program, unless it failed so often that it is left alone.</summary>
    /// <returns>Its answer; <c>null</c> when it does not want to be asked at this stage.</returns>
    /// <exception cref="ScriptException">It failed, or is not asked.</exception>
    public async ValueTask<ScriptAnswer?> AskAsync(ScriptQuestion question, CancellationToken cancellationToken)
    {
        GuardResult<ScriptAnswer?> result = await _guard.RunAsync(
            (_places, question), static (state, token) => state._places.AskAsync(state.question, token), static _ => null, cancellationToken).ConfigureAwait(false);
        return result.Outcome == GuardOutcome.Answered ? result.Answer : throw new ScriptException($"{_options.Program}: {result.Detail}");
    }

    /// <summary>Looks for a new version of the program now.</summary>
    public Task RefreshAsync() => _watch.RefreshAsync();

    /// <summary>Lets the children end: what they read is closed, and those that do not mind are killed soon after.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        _places.Close();
        await _watch.DisposeAsync().ConfigureAwait(false);
        await _supervisors.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _keeper.DisposeAsync().ConfigureAwait(false);
        _guard.Dispose();
        _stopping.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ValueTask ChangedAsync()
    {
        Interlocked.Exchange(ref _changed, NewSignal()).SetResult();
        return default;
    }

    /// <summary>Sees to it that one child runs, as long as the filter does.</summary>
    private async Task SuperviseAsync(CancellationToken stopping)
    {
        RestartPauses pauses = new(_options.RestartPause, _options.RestartPauseMax);
        while (!stopping.IsCancellationRequested)
        {
            long started = _context.Time.GetTimestamp();
            try
            {
                await RunAsync(await StartAsync(stopping).ConfigureAwait(false), stopping).ConfigureAwait(false);
            }
            catch (Exception fault) when (!stopping.IsCancellationRequested)
            {
                TimeSpan pause = pauses.After(_context.Time.GetElapsedTime(started), Random.Shared.NextDouble());
                _log.Ended(_options.Program, fault.Message, pause);
                await Task.Delay(pause, _context.Time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Serves with a child and, from one version of the program to the next, its successors.</summary>
    /// <exception cref="ScriptException">The child ended, and why.</exception>
    private async Task RunAsync(ScriptChild first, CancellationToken stopping)
    {
        ScriptChild child = first;
        Task running = ServeAsync(child, stopping);
        while (true)
        {
            Task changed = _changed.Task;
            if (await Task.WhenAny(running, changed).ConfigureAwait(false) == running)
            {
                await running.ConfigureAwait(false);
                return;
            }

            if (await TryStartAsync(stopping).ConfigureAwait(false) is { } next)
            {
                _meter.Count("replaced");
                _ = LeaveAsync(child, running);
                child = next;
                running = ServeAsync(child, stopping);
            }
        }
    }

    private async Task<ScriptChild> StartAsync(CancellationToken stopping)
    {
        LastingProgram program = await _keeper.StartAsync(_command, _environment, stopping).ConfigureAwait(false);
        _meter.Count("started");
        _ = program.ReadErrorsAsync(text => _log.Said(program.Id, text));
        ScriptChild child = await ScriptChild.GreetAsync(program, _options, _context.Time, stopping).ConfigureAwait(false);
        Hello = child.Hello;
        return child;
    }

    /// <summary>Starts a child of a new version. When it cannot, the old version goes on, and the log says why.</summary>
    private async Task<ScriptChild?> TryStartAsync(CancellationToken stopping)
    {
        try
        {
            return await StartAsync(stopping).ConfigureAwait(false);
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            _log.NotReplaced(_options.Program, fault.Message);
            return null;
        }
    }

    /// <summary>Gives questions to a child until it ends.</summary>
    private async Task ServeAsync(ScriptChild child, CancellationToken stopping)
    {
        try
        {
            _meter.Level("running", Interlocked.Increment(ref _running));
            _places.Add(child);
            Task<ScriptException> running = child.RunAsync();
            using (stopping.UnsafeRegister(static served => ((ScriptChild)served!).Hush(), child))
            {
                throw await running.ConfigureAwait(false);
            }
        }
        finally
        {
            _ = _places.RemoveAsync(child);
            _meter.Level("running", Interlocked.Decrement(ref _running));
            _meter.Count("ended");
            child.Dispose();
        }
    }

    /// <summary>Lets a child of an old version finish what it has, and end.</summary>
    private async Task LeaveAsync(ScriptChild child, Task running)
    {
        await _places.RemoveAsync(child).WaitAsync(_options.AnswerTimeout, _context.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        child.Hush();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
