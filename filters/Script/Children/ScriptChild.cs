using System.Buffers;
using System.Threading.Channels;
using EdgeSmtp.Filters.Script.Wire;
using EdgeSmtp.Toolkit.Processes;

namespace EdgeSmtp.Filters.Script.Children;

/// <summary>
/// One run of the program, from its hello to its end. Any number of questions may be with it at once, up to what it said; each answer finds its question by its number. A line that
/// belongs to nobody ends it: what it says from then on might be anybody's.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ScriptChild : IDisposable
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeaveLimit = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, PendingQuestion> _pending = [];
    private readonly Channel<ReadOnlyMemory<byte>> _lines = Channel.CreateUnbounded<ReadOnlyMemory<byte>>(new UnboundedChannelOptions { SingleReader = true });
    private readonly LastingProgram _program;
    private readonly ScriptLines _output;
    private readonly ScriptFilterOptions _options;
    private readonly TimeProvider _time;
    private readonly ITimer _watch;
    private readonly CancellationTokenSource _ended = new();
    private ScriptException? _fault;
    private bool _isHushed;
    private ulong _lastId;
    private long _lastHeard;

    private ScriptChild(LastingProgram program, ScriptFilterOptions options, TimeProvider time)
    {
        _program = program;
        _options = options;
        _time = time;
        _output = new ScriptLines(program.Output, options.LineBytesMax);
        _watch = time.CreateTimer(static child => ((ScriptChild)child!).LookAfter(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What it said at first.</summary>
    public ScriptHello Hello { get; private set; } = null!;

    /// <summary>Process id.</summary>
    public int Id => _program.Id;

    /// <summary>Questions that are with it, or on the way. For <see cref="ScriptPlaces"/>, under its lock.</summary>
    public int Burden { get; set; }

    /// <summary>Questions that it may have at once.</summary>
    public int Places => Math.Min(Hello.Concurrency, _options.ConcurrencyMax);

    /// <summary>Waits for the hello of a program that was just started. Owns the program from the first moment on.</summary>
    /// <exception cref="ScriptException">It gives none in time, or another one.</exception>
    /// <exception cref="OperationCanceledException">The token fired; the program is dead.</exception>
    public static async Task<ScriptChild> GreetAsync(LastingProgram program, ScriptFilterOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        ScriptChild child = new(program, options, time);
        try
        {
            using CancellationTokenSource limit = new(options.StartTimeout, time);
            using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            child.Hello = await child.ReadHelloAsync(linked.Token).ConfigureAwait(false);
            return child;
        }
        catch (Exception fault)
        {
            child.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw fault is OperationCanceledException ? new ScriptException($"it gave no hello within {options.StartTimeout}", fault) : fault;
        }
    }

    /// <summary>Asks.</summary>
    /// <param name="question">The question.</param>
    /// <param name="left">Called once, when the question has left its place here, which may be after the asker has gone.</param>
    /// <returns>The answer, or the <see cref="ScriptException"/> of a child that gave none; <c>null</c> when it had ended before it was asked.</returns>
    public Task<ScriptAnswer>? TryAsk(ScriptQuestion question, Action<ScriptChild> left)
    {
        PendingQuestion pending = new(_time.GetTimestamp());
        lock (_lock)
        {
            if (_fault is not null || _isHushed)
            {
                return null;
            }

            ReadOnlyMemory<byte> line = question.Write(++_lastId);
            _pending.Add(_lastId, pending);
            _lines.Writer.TryWrite(line);
            if (_pending.Count == 1)
            {
                _watch.Change(_options.AnswerTimeout, Timeout.InfiniteTimeSpan);
            }
        }

        _ = pending.Answered.ContinueWith((_, _) => left(this), null, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return pending.Answered;
    }

    /// <summary>Takes its answers until it ends, or has to.</summary>
    /// <returns>Why it ended.</returns>
    public async Task<ScriptException> RunAsync()
    {
        Task writing = WriteAsync(_ended.Token);
        try
        {
            while (await _output.ReadAsync(_ended.Token).ConfigureAwait(false) is { } line)
            {
                Volatile.Write(ref _lastHeard, _time.GetTimestamp());
                Answered(ScriptAnswer.ReadId(line), line);
            }

            End(new ScriptException("it ended"));
            return await EndedAsync(string.Empty).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            // Whatever comes second, such as the end of our waiting, is not why.
            End(fault as ScriptException ?? new ScriptException("it was ended", fault));
            return _fault!;
        }
        finally
        {
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Closes what it reads from, behind what it has still to be asked: a program that minds its manners answers and ends. One that does not is ended a little later.</summary>
    public void Hush()
    {
        lock (_lock)
        {
            if (_fault is null && !_isHushed)
            {
                _isHushed = true;
                _lines.Writer.TryComplete();
                _watch.Change(LeaveLimit, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        End(new ScriptException("it was ended"));
        _program.Dispose();
        _watch.Dispose();
        _ended.Dispose();
    }

    private async ValueTask<ScriptHello> ReadHelloAsync(CancellationToken cancellationToken) =>
        await _output.ReadAsync(cancellationToken).ConfigureAwait(false) is { } line
            ? ScriptHello.Read(line)
            : throw await EndedAsync(" without a hello").ConfigureAwait(false);

    /// <summary>What became of one that says no more; one that does not end all the same will be killed.</summary>
    private async Task<ScriptException> EndedAsync(string how)
    {
        using CancellationTokenSource limit = new(EndLimit, _time);
        try
        {
            int code = await _program.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            return new ScriptException($"it ended with {code}{how}");
        }
        catch (OperationCanceledException)
        {
            return new ScriptException($"it closed its standard output{how}");
        }
    }

    private void Answered(ulong id, in ReadOnlySequence<byte> line)
    {
        PendingQuestion? pending;
        lock (_lock)
        {
            if (!_pending.Remove(id, out pending))
            {
                throw new ScriptException("it answered a question that nobody asked");
            }
        }

        try
        {
            pending.Answer(ScriptAnswer.Read(line));
        }
        catch (ScriptException fault)
        {
            // The line is whole and its number is right: the fault is this answer's, and the next one may be good.
            pending.Fail(fault);
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (ReadOnlyMemory<byte> line in _lines.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                await _program.Input.WriteAsync(line, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (IOException)
        {
            // It does not read any more. If it ends, that is seen where its answers are read; if it does not, it falls silent.
        }

        await _program.Input.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Ends a child that has left a question without answer for as long as it may, and has said nothing else meanwhile; and one that was to end and did not.</summary>
    private void LookAfter()
    {
        lock (_lock)
        {
            if (!_isHushed)
            {
                if (_pending.Count == 0 || _fault is not null)
                {
                    return;
                }

                long oldest = _pending.Values.Min(static pending => pending.Asked);
                TimeSpan silent = _time.GetElapsedTime(Math.Max(oldest, Volatile.Read(ref _lastHeard)));
                if (silent < _options.AnswerTimeout)
                {
                    _watch.Change(_options.AnswerTimeout - silent, Timeout.InfiniteTimeSpan);
                    return;
                }
            }
        }

        End(new ScriptException(_isHushed ? "it did not end when it should" : $"it said nothing for {_options.AnswerTimeout}"));
    }

    private void End(ScriptException fault)
    {
        PendingQuestion[] left;
        lock (_lock)
        {
            if (_fault is not null)
            {
                return;
            }

            _fault = fault;
            left = [.. _pending.Values];
            _pending.Clear();
        }

        _lines.Writer.TryComplete();
        _ended.Cancel();
        foreach (PendingQuestion pending in left)
        {
            pending.Fail(fault);
        }
    }
}
