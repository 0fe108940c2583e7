using System.Buffers;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Protocol.Content;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>
/// Takes the content of one message while it arrives: watches its limits, stages it, feeds the body sinks. Once it is to be refused, it is still read to its end,
/// since only there a reply may be given, but nothing of it is kept.
/// </summary>
internal sealed class ContentIntake(MailTransaction transaction, ContentLimits limits)
{
    private readonly HeaderScanner _header = new();
    private BodyRun? _body;

    /// <summary>Bytes of content so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>The reply that refuses the message; <c>null</c> while it is good.</summary>
    public SmtpReply? Refusal { get; private set; }

    /// <summary>Why it is refused.</summary>
    public TransactionOutcome Outcome { get; private set; }

    /// <summary>Whether the content went so far beyond its limit that the client cannot be meant to be read to the end.</summary>
    public bool IsHopeless => Bytes > (2 * limits.MessageBytesMax) + (1024 * 1024);

    /// <summary>Whether the header is all ASCII.</summary>
    public bool IsHeaderAscii => _header.IsAscii;

    /// <summary>Whether body sinks refused every recipient, so that the rest was not kept.</summary>
    public bool IsDecided { get; private set; }

    /// <summary>Begins a message.</summary>
    /// <param name="body">The sinks; <c>null</c> when there are none. Owned by the caller.</param>
    public void Begin(BodyRun? body)
    {
        _header.Reset();
        _body = body;
        Bytes = 0;
        Refusal = null;
        Outcome = TransactionOutcome.Committed;
        IsDecided = false;
    }

    /// <summary>Gives the sinks our trace fields, which stand before the content.</summary>
    public ValueTask FeedTraceAsync(ReadOnlyMemory<byte> trace) => _body is { WantsMore: true } ? FeedAsync(trace) : default;

    /// <summary>Takes the next decoded bytes; they are lent until the task completes.</summary>
    public ValueTask TakeAsync(ReadOnlyMemory<byte> chunk)
    {
        Stage(chunk.Span);
        return Refusal is null && _body is { WantsMore: true } ? FeedAsync(chunk) : default;
    }

    /// <summary>Takes the next decoded bytes where there are no sinks yet.</summary>
    public void Stage(ReadOnlySpan<byte> chunk)
    {
        Bytes += chunk.Length;
        if (Refusal is not null || IsDecided)
        {
            return;
        }

        if (!_header.IsEnded)
        {
            _header.Scan(chunk);
            if (_header.HeaderBytes > limits.HeaderBytesMax)
            {
                Refuse(SmtpReplies.HeaderTooLarge, TransactionOutcome.TooLarge);
                return;
            }
        }

        if (Bytes > limits.MessageBytesMax)
        {
            // RFC 1870 §6.3.
            Refuse(SmtpReplies.MessageTooLarge, TransactionOutcome.TooLarge);
        }
        else if (!transaction.Staged!.TryAppend(chunk))
        {
            Refuse(SmtpReplies.InsufficientStorage, TransactionOutcome.NoSpace);
        }
    }

    /// <summary>Refuses the message; the first reason stays. What is staged is given back at once.</summary>
    public void Refuse(SmtpReply reply, TransactionOutcome outcome)
    {
        if (Refusal is not null)
        {
            return;
        }

        Refusal = reply;
        Outcome = outcome;
        transaction.Staged?.Dispose();
        transaction.Staged = null;
    }

    /// <summary>The end of the content: what can be judged only there.</summary>
    /// <param name="found">What the decoder met.</param>
    /// <param name="policy">Which of it refuses.</param>
    /// <param name="longestLine">Bytes of the longest line.</param>
    public void Judge(ContentFlags found, in NewlinePolicy policy, long longestLine)
    {
        if (policy.Refuses(found))
        {
            Refuse(SmtpReplies.BareNewline, TransactionOutcome.Malformed);
        }
        else if (_header.ReceivedCount >= limits.HopsMax)
        {
            // RFC 5321 §6.3.
            Refuse(SmtpReplies.TooManyHops, TransactionOutcome.TooManyHops);
        }
        else if (limits.TextLineMax > 0 && longestLine > limits.TextLineMax)
        {
            Refuse(SmtpReplies.TextLineTooLong, TransactionOutcome.TooLarge);
        }
    }

    private async ValueTask FeedAsync(ReadOnlyMemory<byte> chunk)
    {
        await _body!.WriteAsync(new ReadOnlySequence<byte>(chunk));
        if (_body.AllRefused)
        {
            IsDecided = true;
            transaction.Staged?.Dispose();
            transaction.Staged = null;
        }
    }
}
