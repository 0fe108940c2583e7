using System.Buffers;
using System.Net;
using System.Threading.Channels;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Sessions.Connections;
using EdgeSmtp.Sessions.Mail;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Sessions.Qmtp;

/// <summary>Sends replies in the order of packages, each as soon as its commit and those before it are done, while the next packages are read.</summary>
internal sealed partial class ReplyPump : IDisposable
{
    /// <summary>Replies that wait for each other; more are sent before them. A client that does not read is waited for with no more than this in hand.</summary>
    private const int UnflushedBytesMax = 16 * 1024;

    private readonly QmtpListener _listener;
    private readonly SessionChannel _channel;
    private readonly IPAddress _client;
    private readonly MailEvents _events;
    private readonly SessionCounts _counts;
    private readonly Channel<PendingPackage> _pending = Channel.CreateUnbounded<PendingPackage>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly SemaphoreSlim _places;
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly Task _running;
    private bool _isGone;

    public ReplyPump(QmtpListener listener, SessionChannel channel, IPAddress client, MailEvents events, SessionCounts counts)
    {
        _client = client;
        _listener = listener;
        _channel = channel;
        _events = events;
        _counts = counts;
        _places = new SemaphoreSlim(listener.Options.PackagesInFlightMax);
        _running = RunAsync();
    }

    /// <summary>Packages whose replies have not been sent.</summary>
    public int InFlight => _listener.Options.PackagesInFlightMax - _places.CurrentCount;

    /// <summary>Waits until one more package may be in flight.</summary>
    public Task ReserveAsync() => _places.WaitAsync();

    /// <summary>Takes the package that the reservation was made for.</summary>
    public void Add(PendingPackage package) => _pending.Writer.TryWrite(package);

    /// <summary>No more packages come; ends when every reply is sent.</summary>
    public Task CompleteAsync()
    {
        _pending.Writer.TryComplete();
        return _running;
    }

    /// <inheritdoc />
    public void Dispose() => _places.Dispose();

    private async Task RunAsync()
    {
        await foreach (PendingPackage package in _pending.Reader.ReadAllAsync())
        {
            await FinishAsync(package);
            foreach (QmtpReply reply in package.Replies)
            {
                _listener.Metrics.Replied(reply.Code);
            }

            for (int i = 0; i < package.RecipientsDropped; i++)
            {
                _listener.Metrics.Replied(package.TooMany.Code);
            }

            await SendAsync(package);
            _places.Release();
        }
    }

    private async ValueTask FinishAsync(PendingPackage package)
    {
        if (package.Commit is null)
        {
            return;
        }

        CommitResult result = await ResultOfAsync(package.Commit);
        TimeSpan delay = _listener.Services.Time.GetElapsedTime(package.Began);
        TransactionOutcome outcome = OutcomeOf(result, package.Message!.IsDiscarded);
        _listener.Metrics.Transaction(outcome).Add();
        QmtpReply reply = result switch
        {
            CommitResult.Committed => QmtpReply.Accepted(package.Id),
            CommitResult.Full => Refused(SmtpReplies.InsufficientStorage, outcome, package),
            _ => Refused(SmtpReplies.LocalError, outcome, package),
        };
        if (result == CommitResult.Committed)
        {
            _counts.Messages++;
            _listener.Metrics.CommitSeconds.Observe(delay.TotalSeconds, package.Span);
            _events.Committed(package.Message with { Delay = delay });
        }

        for (int i = 0; i < package.Replies.Length; i++)
        {
            if (package.Replies[i].IsOpen)
            {
                package.Replies[i] = reply;
            }
        }
    }

    private QmtpReply Refused(SmtpReply reply, TransactionOutcome outcome, PendingPackage package)
    {
        string token = MetricLabels.Of(outcome);
        _events.CommitRefused(package.Message!, reply.Code, token);
        return QmtpReply.From(reply, _listener.Texts.Find(token), new ReplyValues(package.Id, _client, package.Message!.From, null));
    }

    private async ValueTask<CommitResult> ResultOfAsync(Task<CommitResult> commit)
    {
        try
        {
            return await commit;
        }
        catch (Exception exception)
        {
            // The recipients of this package are owed a reply, and those of the next ones too.
            LogCommitFailed(exception);
            return CommitResult.Failed;
        }
    }

    private static TransactionOutcome OutcomeOf(CommitResult result, bool isDiscarded) => result switch
    {
        CommitResult.Committed => isDiscarded ? TransactionOutcome.Discarded : TransactionOutcome.Committed,
        CommitResult.Full => TransactionOutcome.NoSpace,
        _ => TransactionOutcome.StoreFailed,
    };

    private async ValueTask SendAsync(PendingPackage package)
    {
        if (_isGone)
        {
            return;
        }

        try
        {
            if (_listener.IsQmqp)
            {
                await WriteAsync(QmqpReduction.Reduce(package), times: 1);
            }
            else
            {
                foreach (QmtpReply reply in package.Replies)
                {
                    await WriteAsync(reply, times: 1);
                }

                await WriteAsync(package.TooMany, package.RecipientsDropped);
            }

            await _channel.FlushAsync();
        }
        catch (Exception) when (_channel.IsBroken)
        {
            // What is committed stays ours; the client will send it again, and duplicates are allowed.
            _isGone = true;
        }
    }

    private async ValueTask WriteAsync(QmtpReply reply, int times)
    {
        _buffer.ResetWrittenCount();
        reply.WriteTo(_buffer);
        for (int i = 0; i < times; i++)
        {
            _channel.Write(_buffer.WrittenSpan);
            if (_channel.UnflushedBytes >= UnflushedBytesMax)
            {
                await _channel.FlushAsync();
            }
        }
    }

    [LoggerMessage(EventId = 203, Level = LogLevel.Error, Message = "A commit threw.")]
    private static partial void LogCommitFailed(ILogger logger, Exception exception);

    private void LogCommitFailed(Exception exception) => LogCommitFailed(_listener.Logger, exception);
}
