using System.Collections.Concurrent;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Core.Timing;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Sessions.Pending;

/// <summary>
/// Asks filters again that were too busy when the message came (<c>docs/quarantine.md</c>). What waits is in the queue, so a restart goes on where it was. <see cref="Start"/> once,
/// <see cref="StopAsync"/> once, then dispose.
/// </summary>
public sealed class PendingLane : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly PendingServices _services;
    private readonly ILogger _logger;
    private readonly Signal _signal;
    private readonly ITimer _ticker;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<MessageId, Task> _running = new();
    private Task _loop = Task.CompletedTask;

    /// <summary>Creates the lane; nothing happens before <see cref="Start"/>.</summary>
    /// <param name="store">The queue.</param>
    /// <param name="services">What sessions have: staging memory, ids, clock, logs, and the configuration in force.</param>
    /// <param name="room">Tells of arrivals.</param>
    /// <param name="options">Settings.</param>
    /// <param name="due">Called when a message has become due for delivery.</param>
    public PendingLane(ILaneStore store, SessionServices services, PendingRoom room, PendingOptions options, Action due)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(room);
        _logger = services.Loggers.CreateLogger<PendingLane>();
        _services = new PendingServices(store, services, options, new PendingMeters(services.Metrics, store, services.Time), _logger, due);
        _signal = room.Arrived;
        _ticker = services.Time.CreateTimer(static signal => ((Signal)signal!).Set(), _signal, Tick, Tick);
    }

    /// <summary>Begins to ask.</summary>
    public void Start() => _loop = RunAsync();

    /// <summary>Gives up what filters are asked now and leaves it in the queue.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        _signal.Set();
        await _loop;
        await Task.WhenAll(_running.Values);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _ticker.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        while (!_stopping.IsCancellationRequested)
        {
            _signal.Reset();
            Task next = _signal.Next;
            try
            {
                BeginDue();
            }
            catch (Exception error)
            {
                PendingLog.LoopFailed(_logger, error);
            }

            await next;
        }
    }

    private void BeginDue()
    {
        MessageId[] found = new MessageId[1];
        while (_running.Count < _services.Options.ConcurrencyMax && _services.Store.TakeDue(MessageLane.Pending, _services.Time.GetUtcNow(), found) > 0)
        {
            MessageId id = found[0];
            TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _running[id] = done.Task;
            _ = JudgeAsync(id, done);
        }
    }

    private async Task JudgeAsync(MessageId id, TaskCompletionSource done)
    {
        await Task.Yield();
        _services.Meters.InFlight.Add(1);
        try
        {
            // Without the message open it could not be put back, so reading is not given up.
            using QueuedMessage? message = await _services.Store.OpenAsync(MessageLane.Pending, id, CancellationToken.None);
            if (message is not null)
            {
                await AskAsync(message);
            }
        }
        catch (Exception error)
        {
            PendingLog.Failed(_logger, error, id.ToString());
        }
        finally
        {
            _services.Meters.InFlight.Add(-1);
            _running.TryRemove(id, out _);
            done.SetResult();
            _signal.Set();
        }
    }

    private async Task AskAsync(QueuedMessage message)
    {
        using PendingJudge judge = new(_services, message);
        try
        {
            await judge.RunAsync(_stopping.Token);
        }
        catch (Exception error) when (error is not IOException)
        {
            // A fault of ours must not make a loop of it that never rests.
            PendingLog.Failed(_logger, error, message.Id.ToString());
            await judge.PutOffAsync("internal error");
        }
    }
}
