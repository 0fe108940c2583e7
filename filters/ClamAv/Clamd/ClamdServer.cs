using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Content;
using EdgeSmtp.Toolkit.Backends;
using EdgeSmtp.Toolkit.Net;
using Microsoft.Win32.SafeHandles;

namespace EdgeSmtp.Filters.ClamAv.Clamd;

/// <summary>
/// One clamd behind a guard. The guard counts what says that clamd is dead or frozen; a message that is slow to scan, or that clamd cannot read, says so of the message alone:
/// nobody shall be able to make a healthy scanner look dead by sending such messages.
/// </summary>
internal sealed class ClamdServer : IDisposable
{
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(2);

    // A scan that has not ended by then may mean a large message, or a clamd that is frozen.
    private static readonly TimeSpan ProbeAfterMax = TimeSpan.FromSeconds(3);

    private readonly ClamdClient _client;
    private readonly BackendGuard _guard;
    private readonly ClamdMethod _method;
    private readonly TimeProvider _time;
    private readonly TimeSpan[] _patience;

    public ClamdServer(BackendAddress address, ClamAvFilterOptions options, FilterContext context)
    {
        _client = new ClamdClient(address, context.Time);
        _time = context.Time;
        _method = options.Method != ClamdMethod.Auto ? options.Method : address.IsUnix ? ClamdMethod.Descriptor : ClamdMethod.Stream;
        TimeSpan probeAfter = options.ScanTimeout < ProbeAfterMax * 2 ? options.ScanTimeout / 2 : ProbeAfterMax;
        _patience = [probeAfter, options.ScanTimeout - probeAfter];

        // Its deadline also holds the wait for a place, and is not to cut short a scan that got one late: the time for a scan is counted here.
        BackendGuardOptions limits = options.Within((options.ScanTimeout * 2) + (PingTimeout * 2));
        _guard = new BackendGuard($"clamd {address}", limits, context.Time, context.Meter(address.ToString()), context.Logger);
    }

    public BackendAddress Address => _client.Address;

    /// <summary>Scans a message.</summary>
    /// <returns>The reply; <see cref="ClamdReplyKind.Unreachable"/> when this server cannot say.</returns>
    public async ValueTask<ClamdReply> ScanAsync(IMessageContent content, CancellationToken cancellationToken)
    {
        Job job = new(this);
        try
        {
            switch (_method)
            {
                case ClamdMethod.Descriptor:
                    job.File = content.OpenDescriptor();
                    break;
                case ClamdMethod.Path:
                    job.Path = await content.GetPathAsync(cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    job.Content = content;
                    break;
            }
        }
        catch (IOException exception)
        {
            // No room for the copy that a scanner needs; nothing about clamd.
            return new ClamdReply(ClamdReplyKind.Unreachable, exception.Message);
        }

        try
        {
            GuardResult<ClamdReply> result = await _guard.RunAsync(job, static (job, deadline) => job.RunAsync(deadline), static _ => null, cancellationToken).ConfigureAwait(false);
            return result.Outcome == GuardOutcome.Answered ? result.Answer! : new ClamdReply(ClamdReplyKind.Unreachable, result.Detail ?? string.Empty);
        }
        finally
        {
            // The guard does not wait for a call that it gives up; what the call reads is freed when we return.
            await job.Ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            job.File?.Dispose();
        }
    }

    /// <summary>Reads program and signatures.</summary>
    /// <returns>The version; <c>null</c> when it does not say.</returns>
    public async ValueTask<string?> ReadVersionAsync()
    {
        using CancellationTokenSource deadline = new(PingTimeout, _time);
        try
        {
            return await _client.VersionAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is System.Net.Sockets.SocketException or IOException or InvalidDataException or OperationCanceledException)
        {
            return null;
        }
    }

    public void Dispose() => _guard.Dispose();

    private ValueTask<ClamdReply> SendAsync(Job job, CancellationToken cancellationToken) =>
        job.File is { } file ? _client.ScanDescriptorAsync(file, cancellationToken)
        : job.Path is { } path ? _client.ScanPathAsync(path, cancellationToken)
        : _client.ScanStreamAsync(job.Content!, cancellationToken);

    private async Task<ClamdReply> ExchangeAsync(Job job, CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<ClamdReply> scan = SendAsync(job, stop.Token).AsTask();
        try
        {
            foreach (TimeSpan wait in _patience)
            {
                if (await EndsWithinAsync(scan, wait, cancellationToken).ConfigureAwait(false))
                {
                    return await scan.ConfigureAwait(false);
                }

                if (!await IsAliveAsync(cancellationToken).ConfigureAwait(false))
                {
                    throw new IOException("it neither ends its scan nor answers PING");
                }
            }

            return new ClamdReply(ClamdReplyKind.TooSlow, "clamd did not end its scan in time");
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)scan).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async ValueTask<bool> EndsWithinAsync(Task scan, TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            await scan.WaitAsync(wait, _time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException) when (!scan.IsCompleted)
        {
            return false;
        }
    }

    private async ValueTask<bool> IsAliveAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(PingTimeout, _time);
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await _client.PingAsync(linked.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is System.Net.Sockets.SocketException or IOException or InvalidDataException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>One scan, and how its message goes.</summary>
    private sealed class Job(ClamdServer server)
    {
        public SafeFileHandle? File { get; set; }

        public string? Path { get; set; }

        public IMessageContent? Content { get; set; }

        public Task Ended { get; private set; } = Task.CompletedTask;

        public ValueTask<ClamdReply> RunAsync(CancellationToken deadline)
        {
            Task<ClamdReply> exchange = server.ExchangeAsync(this, deadline);
            Ended = exchange;
            return new ValueTask<ClamdReply>(exchange);
        }
    }
}
