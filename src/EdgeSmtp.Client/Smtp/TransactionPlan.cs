using System.Buffers;
using System.Text;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Content;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Client.Smtp;

/// <summary>What a transaction will look like on this server, and which recipients it cannot carry at all.</summary>
internal sealed class TransactionPlan
{
    private TransactionPlan(SmtpTransaction transaction)
    {
        Results = new RecipientResult[transaction.Recipients.Count];
    }

    /// <summary>Results so far: those refused here are decided.</summary>
    public RecipientResult[] Results { get; }

    /// <summary>Positions of the recipients to send.</summary>
    public List<int> Open { get; } = [];

    /// <summary>Whether MAIL carries SMTPUTF8.</summary>
    public bool SmtpUtf8 { get; private set; }

    /// <summary>What MAIL says in BODY; 7-bit says nothing.</summary>
    public BodyType Body { get; private set; }

    /// <summary>Whether the content goes in chunks.</summary>
    public bool Chunks { get; private set; }

    /// <summary>Makes the plan.</summary>
    public static TransactionPlan Create(SmtpTransaction transaction, SmtpCapabilities offered, SmtpClientOptions options)
    {
        TransactionPlan plan = new(transaction);
        ServerReply? refusal = plan.ForAll(transaction, offered, options);
        for (int i = 0; i < plan.Results.Length; i++)
        {
            ServerReply? own = refusal ?? ForOne(transaction.Recipients[i].ForwardPath, plan.SmtpUtf8);
            if (own is null) plan.Open.Add(i);
            else plan.Results[i] = new RecipientResult(RecipientOutcome.Permanent, own, IsLocal: true);
        }

        return plan;
    }

    private ServerReply? ForAll(SmtpTransaction transaction, SmtpCapabilities offered, SmtpClientOptions options)
    {
        // RFC 1870 §6.1: a message above the declared maximum need not be tried.
        if (offered.SizeBytesMax > 0 && transaction.Content.Length > offered.SizeBytesMax) return LocalReplies.TooLarge;

        bool chunking = offered.Chunking && options.Chunking;
        bool binary = transaction.Body == BodyType.BinaryMime;
        // RFC 3030 §3: only BDAT carries it, and only to a server that offers it.
        if (binary && !(chunking && offered.BinaryMime)) return LocalReplies.Binary;
        if (transaction.Body == BodyType.EightBitMime && !offered.EightBitMime && options.EightBit == EightBitPolicy.Bounce) return LocalReplies.EightBit;
        Chunks = binary || (chunking && options.Protocol == ClientProtocol.Smtp);
        Body = transaction.Body == BodyType.EightBitMime && !offered.EightBitMime ? BodyType.SevenBit : transaction.Body;

        // RFC 6531 §3.2: without need of it, the message goes without SMTPUTF8, so that more servers can take it.
        bool headerNeeds = transaction.SmtpUtf8 && !IsHeaderAscii(transaction.Content);
        SmtpUtf8 = offered.SmtpUtf8 && (headerNeeds || !transaction.ReversePath.IsAscii || AnyUtf8(transaction.Recipients));
        if (headerNeeds && !SmtpUtf8) return LocalReplies.Utf8Header;
        return ForOne(transaction.ReversePath, SmtpUtf8) is { } reply
            ? ReferenceEquals(reply, LocalReplies.BadAddress) ? LocalReplies.BadSender : reply
            : null;
    }

    private static ServerReply? ForOne(MailPath path, bool smtpUtf8)
    {
        ReadOnlySpan<byte> bytes = path.Bytes.Span;
        if (bytes.IndexOfAnyInRange((byte)0, (byte)0x1F) >= 0 || bytes.Contains((byte)0x7F)) return LocalReplies.BadAddress;
        // A domain can be sent as A-labels (RFC 5890 §2.3.2.1); a local part has no other form (RFC 6531 §3.2).
        return smtpUtf8 || path.IsAscii || (Ascii.IsValid(path.LocalPart) && path.DomainALabel.Length > 0) ? null : LocalReplies.Utf8Address;
    }

    private static bool AnyUtf8(IReadOnlyList<SmtpRecipient> recipients)
    {
        for (int i = 0; i < recipients.Count; i++)
            if (!recipients[i].ForwardPath.IsAscii) return true;
        return false;
    }

    private static bool IsHeaderAscii(in ReadOnlySequence<byte> content)
    {
        HeaderScanner scanner = new();
        foreach (ReadOnlyMemory<byte> segment in content)
            if (scanner.Scan(segment.Span)) break;
        return scanner.IsAscii;
    }
}
