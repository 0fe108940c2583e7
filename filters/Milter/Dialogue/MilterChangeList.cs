using System.Buffers;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Milter.Wire;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Filters.Milter.Dialogue;

/// <summary>
/// What a milter wants changed in one message. Collected until its final answer, and only then asked for: of a milter that fails half-way nothing is done, and
/// nothing is left undone that it believes to be done.
/// </summary>
internal sealed class MilterChangeList(MilterActions allowed, MilterFilterOptions options)
{
    private readonly List<(MilterReply What, RcptCommand Address)> _changes = [];
    private ArrayBufferWriter<byte>? _body;
    private bool _endsInCr;
    private long _bytes;
    private int _count;

    /// <summary>Why the milter wants the message held; <c>null</c> when it does not.</summary>
    public string? Quarantine { get; private set; }

    /// <summary>Takes a change.</summary>
    /// <exception cref="MilterException">It may not be made, or there are too many.</exception>
    public void Add(MilterReply change)
    {
        if ((ActionOf(change.Kind) & allowed) == 0)
        {
            throw new MilterException($"it asks for {change.Kind}, which Changes does not let it do");
        }

        _bytes += change.Name.Length + change.Text.Length + change.Piece.Length;
        if (++_count > options.ChangesMax || _bytes > options.ChangedBytesMax)
        {
            throw new MilterException($"it asks for more than {options.ChangesMax} changes or {options.ChangedBytesMax} bytes of them");
        }

        switch (change.Kind)
        {
            case MilterReplyKind.Quarantine:
                Quarantine = change.Text;
                break;
            case MilterReplyKind.ReplaceBody:
                AddToBody(change.Piece.Span);
                break;
            case MilterReplyKind.AddRecipient or MilterReplyKind.AddRecipientWithParameters:
                _changes.Add((change, MilterAddresses.Recipient(change.Text, change.Parameters)));
                break;
            case MilterReplyKind.ChangeSender or MilterReplyKind.RemoveRecipient:
                // How a message is coded follows from its content, and ENVID and RET are the client's, who gets the reports: parameters of a sender change nothing.
                _changes.Add((change, new RcptCommand { ForwardPath = MilterAddresses.Path(change.Text) }));
                break;
            default:
                _changes.Add((change, default));
                break;
        }
    }

    /// <summary>Asks for all of them.</summary>
    /// <param name="changes">Where.</param>
    /// <param name="transaction">The transaction.</param>
    /// <param name="header">The header as the milter was told it.</param>
    public void Apply(IMessageChanges changes, Transaction transaction, MilterHeader header)
    {
        List<RcptCommand> added = [];
        foreach ((MilterReply change, RcptCommand address) in _changes)
        {
            switch (change.Kind)
            {
                case MilterReplyKind.AddHeader:
                    Insert(changes, header, change, int.MaxValue);
                    break;
                case MilterReplyKind.InsertHeader:
                    // As Sendmail counts: our Received field is one of those that it stands under.
                    Insert(changes, header, change, change.Index);
                    break;
                case MilterReplyKind.ChangeHeader:
                    ChangeHeader(changes, header, change);
                    break;
                case MilterReplyKind.ChangeSender:
                    changes.ReplaceReversePath(address.ForwardPath);
                    break;
                case MilterReplyKind.RemoveRecipient:
                    Remove(changes, transaction, added, address.ForwardPath);
                    break;
                default:
                    added.Add(address);
                    break;
            }
        }

        foreach (RcptCommand recipient in added)
        {
            changes.AddRecipient(recipient.ForwardPath, recipient.Notify, recipient.OriginalRecipient);
        }

        if (_body is not null)
        {
            changes.ReplaceBody(new ReadOnlySequence<byte>(_body.WrittenMemory));
        }
    }

    private static void Insert(IMessageChanges changes, MilterHeader header, MilterReply change, int position)
    {
        changes.InsertHeader(change.Name, FieldBody(change.Text), position);
        header.Change(change.Name, 1);
    }

    private static void ChangeHeader(IMessageChanges changes, MilterHeader header, MilterReply change)
    {
        int visible = Math.Max(1, change.Index);
        bool exists = visible <= header.Count(change.Name);
        int occurrence = header.OccurrenceOf(change.Name, visible);
        if (change.Text.Length > 0 && exists)
        {
            changes.ReplaceHeader(change.Name, occurrence, FieldBody(change.Text));
        }
        else if (change.Text.Length > 0)
        {
            // smfi_chgheader: what is not there to be changed is added.
            Insert(changes, header, change, int.MaxValue);
        }
        else if (exists)
        {
            changes.RemoveHeader(change.Name, occurrence);
            header.Change(change.Name, -1);
        }
    }

    private static void Remove(IMessageChanges changes, Transaction transaction, List<RcptCommand> added, MailPath path)
    {
        added.RemoveAll(recipient => recipient.ForwardPath.Equals(path));
        foreach (Recipient recipient in transaction.Recipients)
        {
            if (recipient.ForwardPath.Equals(path))
            {
                changes.RemoveRecipient(recipient);
            }
        }
    }

    /// <summary>Milters fold with LF, and some with CRLF.</summary>
    private static string FieldBody(string text) => text.TrimEnd('\r', '\n').Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal);

    private static MilterActions ActionOf(MilterReplyKind kind) => kind switch
    {
        MilterReplyKind.AddHeader or MilterReplyKind.InsertHeader => MilterActions.AddHeaders,
        MilterReplyKind.ChangeHeader => MilterActions.ChangeHeaders,
        MilterReplyKind.ReplaceBody => MilterActions.ReplaceBody,
        MilterReplyKind.AddRecipient => MilterActions.AddRecipients,
        MilterReplyKind.AddRecipientWithParameters => MilterActions.AddRecipientsWithParameters,
        MilterReplyKind.RemoveRecipient => MilterActions.RemoveRecipients,
        MilterReplyKind.ChangeSender => MilterActions.ChangeSender,
        _ => MilterActions.Quarantine,
    };

    /// <summary>Pieces are cut anywhere. A line end that is LF alone is made whole here; a CR alone stays, and is refused with the body.</summary>
    private void AddToBody(ReadOnlySpan<byte> piece)
    {
        _body ??= new ArrayBufferWriter<byte>(Math.Max(piece.Length, 1));
        while (!piece.IsEmpty)
        {
            int end = piece.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? piece : piece[..end];
            _body.Write(line);
            _endsInCr = line.IsEmpty ? _endsInCr : line[^1] == '\r';
            if (end < 0)
            {
                return;
            }

            _body.Write(_endsInCr ? "\n"u8 : "\r\n"u8);
            _endsInCr = false;
            piece = piece[(end + 1)..];
        }
    }
}
