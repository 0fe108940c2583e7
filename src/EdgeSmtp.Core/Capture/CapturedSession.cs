using System.Buffers;
using System.Globalization;
using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Content;
using EdgeSmtp.Core.Explain;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Core.Capture;

/// <summary>Everything about one session that its filters went by, and what they made of it. Thread-safe while it is recorded: look-ups of filters end anywhere.</summary>
public sealed class CapturedSession
{
    /// <summary>Steps of one session that are kept; one that goes on further is kept without its end.</summary>
    public const int StepsMax = 4_096;

    /// <summary>Bytes of content of one session that are kept; further ones are left out, like one that is too large.</summary>
    public const long ContentBytesMost = 16L << 20;

    private readonly Lock _lock = new();
    private readonly List<CapturedStep> _steps = [];
    private readonly TimeProvider _time;
    private readonly long _contentBytesMax;
    private readonly ByteBudget? _budget;
    private long _contentBytes;

    /// <summary>Begins a record.</summary>
    /// <param name="session">The session.</param>
    /// <param name="time">The clock.</param>
    /// <param name="contentBytesMax">Largest content that is kept; −1 for none.</param>
    /// <param name="budget">Room for content; <c>null</c> when none is kept.</param>
    public CapturedSession(Session session, TimeProvider time, long contentBytesMax, ByteBudget? budget)
    {
        ArgumentNullException.ThrowIfNull(session);
        _budget = budget;
        _time = time;
        _contentBytesMax = contentBytesMax;
        Id = session.Id;
        Listener = session.Listener;
        Protocol = session.Protocol;
        Client = session.Client;
        Local = session.Local;
        Started = session.Started;
        Tls = session.Tls;
    }

    /// <summary>Takes a record that was read.</summary>
    /// <param name="steps">Its steps.</param>
    public CapturedSession(IEnumerable<CapturedStep> steps)
    {
        _time = TimeProvider.System;
        _steps.AddRange(steps);
    }

    /// <summary>Id of the session.</summary>
    public string Id { get; init; } = string.Empty;

    /// <summary>Name of the listener.</summary>
    public string Listener { get; init; } = string.Empty;

    /// <summary>What the client spoke.</summary>
    public SessionProtocol Protocol { get; init; }

    /// <summary>The client.</summary>
    public IPEndPoint Client { get; init; } = new(IPAddress.None, 0);

    /// <summary>Where it connected to.</summary>
    public IPEndPoint Local { get; init; } = new(IPAddress.None, 0);

    /// <summary>When.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>TLS from the start; <c>null</c> without.</summary>
    public TlsInfo? Tls { get; init; }

    /// <summary>What was found out about the client's name; <c>null</c> when nobody looked.</summary>
    public ClientNameAnswer? ClientName { get; set; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset Ended { get; set; }

    /// <summary>Steps that found no room.</summary>
    public int Omitted { get; set; }

    /// <summary>The steps, in order.</summary>
    public IReadOnlyList<CapturedStep> Steps => _steps;

    /// <summary>The client introduced itself.</summary>
    /// <param name="session">The session.</param>
    public void Hello(Session session)
    {
        ArgumentNullException.ThrowIfNull(session);
        Add(new CapturedStep { Kind = CapturedStepKind.Hello, HelloKind = session.HelloKind, Name = session.Hello, Tls = session.Tls });
    }

    /// <summary>The client broke the protocol.</summary>
    /// <param name="violation">How.</param>
    public void Violation(ProtocolViolation violation) => Add(new CapturedStep { Kind = CapturedStepKind.Violation, Violation = violation });

    /// <summary>A transaction began.</summary>
    /// <param name="transaction">The transaction.</param>
    public void Mail(Transaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        Add(new CapturedStep
        {
            Kind = CapturedStepKind.Mail,
            Transaction = transaction.Id,
            Path = transaction.ReversePath,
            Command = new MailCommand
            {
                ReversePath = transaction.ReversePath,
                SizeBytes = transaction.DeclaredSizeBytes,
                Body = transaction.Body,
                SmtpUtf8 = transaction.SmtpUtf8,
                Return = transaction.Return,
                EnvelopeId = transaction.EnvelopeId,
            },
        });
    }

    /// <summary>The client named a recipient.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="path">The forward-path.</param>
    public void Rcpt(Transaction transaction, Protocol.Addresses.MailPath path)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        Add(new CapturedStep { Kind = CapturedStepKind.Rcpt, Transaction = transaction.Id, Path = path });
    }

    /// <summary>The content is complete.</summary>
    /// <param name="transaction">The transaction.</param>
    public void Content(Transaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        bool isKept = transaction.Content is { } content && TryKeep(content.Length - content.TraceLength);
        Add(new CapturedStep { Kind = CapturedStepKind.Content, Transaction = transaction.Id, Content = isKept ? Copy(transaction.Content!) : default(ReadOnlyMemory<byte>?) });
    }

    /// <summary>Gives the room of its content back: it was written, or will not be.</summary>
    public void ReleaseContent() => _budget?.Release(Interlocked.Exchange(ref _contentBytes, 0));

    /// <summary>The session has ended.</summary>
    /// <param name="session">The session.</param>
    public void Close(Session session)
    {
        ArgumentNullException.ThrowIfNull(session);
        ClientName = session.ClientNameLookup is { IsCompletedSuccessfully: true } name ? name.Result : null;
        Ended = _time.GetUtcNow();
    }

    /// <summary>Takes what became of it.</summary>
    /// <param name="item">An item of the session's trace; kinds that decide nothing are left out.</param>
    public void Add(in ExplainItem item)
    {
        CapturedStepKind? kind = item.Kind switch
        {
            ExplainItemKind.Call when item.Name is not null => CapturedStepKind.Verdict,
            ExplainItemKind.Refused => CapturedStepKind.Refused,
            ExplainItemKind.Committed => CapturedStepKind.Committed,
            _ => null,
        };
        if (kind is { } known)
        {
            Add(new CapturedStep
            {
                Kind = known,
                Transaction = item.Transaction,
                Path = item.To,
                Stage = item.Stage,
                Filter = item.Filter,
                Outcome = known == CapturedStepKind.Refused ? item.Reply.ToString(CultureInfo.InvariantCulture) : item.Verdict,
                Reason = item.Name,
                Shadow = item.Shadow,
            });
        }
    }

    private static ReadOnlyMemory<byte> Copy(IMessageContent content) => content.Bytes.Slice(content.TraceLength).ToArray();

    /// <summary>A client may send as many messages in a session as it likes, and all are held until its end: so there is a limit to them together.</summary>
    private bool TryKeep(long bytes)
    {
        if (bytes > _contentBytesMax || Interlocked.Read(ref _contentBytes) + bytes > ContentBytesMost || _budget?.TryTake(bytes) != true)
        {
            return false;
        }

        Interlocked.Add(ref _contentBytes, bytes);
        return true;
    }

    private void Add(CapturedStep step)
    {
        lock (_lock)
        {
            if (_steps.Count < StepsMax)
            {
                _steps.Add(step with { At = _time.GetUtcNow() });
            }
            else
            {
                Omitted++;
            }
        }
    }
}
