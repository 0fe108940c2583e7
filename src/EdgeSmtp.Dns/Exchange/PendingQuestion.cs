namespace EdgeSmtp.Dns.Exchange;

/// <summary>A question on its way to one server. Ends once: with a message, or with the reason why there is none.</summary>
internal sealed class PendingQuestion : IDisposable
{
    // What follows runs where the message was received, one turn of the thread pool less for each question: reading it is short, and callers wait on a task of their own.
    private readonly TaskCompletionSource<ServerReply> _reply = new();
    private readonly UdpLink _link;
    private readonly Timer _timer;
    private volatile bool _sawGarbage;

    public PendingQuestion(UdpLink link, ushort id, DnsKey question)
    {
        _link = link;
        Id = id;
        Question = question;
        _timer = new Timer(static pending => ((PendingQuestion)pending!).Expire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Its id on the link.</summary>
    public ushort Id { get; }

    /// <summary>What is asked.</summary>
    public DnsKey Question { get; }

    /// <summary>How it ended.</summary>
    public Task<ServerReply> Reply => _reply.Task;

    /// <summary>Lets the time run.</summary>
    public void Arm(TimeSpan timeout) => _timer.Change(timeout, Timeout.InfiniteTimeSpan);

    /// <summary>Something came that is no reply to it. RFC 5452 §9.1: it is dropped, and the wait goes on, or a forger could end it.</summary>
    public void SeeGarbage() => _sawGarbage = true;

    /// <summary>Ends it.</summary>
    public void End(ServerReply reply) => _reply.TrySetResult(reply);

    /// <inheritdoc />
    public void Dispose() => _timer.Dispose();

    private void Expire() => _link.Drop(this, _sawGarbage ? ReplyFailure.Garbage : ReplyFailure.TimedOut);
}
