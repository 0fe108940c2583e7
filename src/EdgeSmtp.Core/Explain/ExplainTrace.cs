using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Capture;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Core.Explain;

/// <summary>
/// What happens in one session, kept until something is decided and then handed to the log: at a refusal, at a commit, and at the end. Thread-safe: look-ups of filters
/// publish from anywhere, and replies of QMTP leave beside the next package.
/// </summary>
/// <param name="log">Takes the batches; <c>null</c> when only the record of the session wants to know.</param>
/// <param name="session">The session.</param>
/// <param name="time">The clock.</param>
/// <param name="capture">The record of the session; <c>null</c> when there is none.</param>
public sealed class ExplainTrace(IExplainLog? log, Session session, TimeProvider time, CapturedSession? capture = null)
{
    private readonly Lock _lock = new();
    private readonly long _began = time.GetTimestamp();
    private ExplainBatch? _batch;

    /// <summary>A filter was asked.</summary>
    /// <param name="item">Without time.</param>
    /// <param name="endedAt">Timestamp of its end.</param>
    public void Call(in ExplainItem item, long endedAt)
    {
        // A clock that a test moved may be behind the timestamp with which this began.
        TimeSpan at = time.GetElapsedTime(_began, endedAt);
        Add(item, at < TimeSpan.Zero ? TimeSpan.Zero : at, isQuiet: item.Name is null && item.Outcome is null);
    }

    /// <summary>Anything else.</summary>
    /// <param name="item">Without time.</param>
    public void Add(in ExplainItem item) => Add(item, time.GetElapsedTime(_began), isQuiet: false);

    /// <summary>A recipient, a transaction or the session was refused; handed over at once.</summary>
    /// <param name="reply">Reply code.</param>
    /// <param name="reason">Token of the reason.</param>
    /// <param name="transaction">Id of the transaction; <c>null</c> outside of one.</param>
    /// <param name="to">The recipient, if it is about one.</param>
    /// <param name="filter">The filter that decided, if one did.</param>
    /// <param name="detail">Detail of its verdict.</param>
    public void Refused(int reply, string reason, string? transaction, MailPath? to, string? filter, string? detail)
    {
        Add(new ExplainItem { Kind = ExplainItemKind.Refused, Reply = (ushort)reply, Name = reason, Transaction = transaction, To = to, Filter = filter, Detail = detail });
        Flush();
    }

    /// <summary>A transaction was committed, or accepted and dropped; handed over at once.</summary>
    /// <param name="transaction">Its id.</param>
    /// <param name="isDiscarded">Whether it was dropped.</param>
    public void Committed(string transaction, bool isDiscarded)
    {
        Add(new ExplainItem { Kind = ExplainItemKind.Committed, Reply = 250, Transaction = transaction, Verdict = isDiscarded ? "discard" : null });
        Flush();
    }

    /// <summary>The session ended; handed over at once.</summary>
    /// <param name="reason">Why.</param>
    public void Ended(string reason)
    {
        Add(new ExplainItem { Kind = ExplainItemKind.Ended, Name = reason });
        Flush();
    }

    /// <summary>Hands over what there is.</summary>
    public void Flush()
    {
        ExplainBatch? batch;
        lock (_lock)
        {
            batch = _batch;
            _batch = null;
            batch?.Close(session);
        }

        if (batch is not null)
        {
            log!.Write(batch);
        }
    }

    private void Add(in ExplainItem item, TimeSpan at, bool isQuiet)
    {
        capture?.Add(item);
        if (log is null)
        {
            return;
        }

        lock (_lock)
        {
            (_batch ??= log.Rent()).Add(item, at, isQuiet);
        }
    }
}
