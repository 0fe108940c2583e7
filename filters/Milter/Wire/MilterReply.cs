using System.Buffers.Binary;
using System.Text;

namespace EdgeSmtp.Filters.Milter.Wire;

/// <summary>What a milter said, taken apart. Which parts there are depends on the kind.</summary>
internal sealed record MilterReply(MilterReplyKind Kind)
{
    /// <summary>What most answers are: one to each field of a header.</summary>
    private static readonly MilterReply Continue = new(MilterReplyKind.Continue);

    /// <summary>Position of an inserted field, or occurrence of a changed one.</summary>
    public int Index { get; private init; }

    /// <summary>Name of a field.</summary>
    public string Name { get; private init; } = string.Empty;

    /// <summary>Body of a field; a reply with its code; a reason; an address without its brackets.</summary>
    public string Text { get; private init; } = string.Empty;

    /// <summary>Parameters of RCPT for an added recipient, or of MAIL for a changed sender; empty when there are none.</summary>
    public string Parameters { get; private init; } = string.Empty;

    /// <summary>A piece of a new body. Lent as the packet is.</summary>
    public ReadOnlyMemory<byte> Piece { get; private init; }

    /// <summary>Whether it changes the message, and so may come only before the answer to the end of the body.</summary>
    public bool IsChange => Kind is MilterReplyKind.AddHeader or MilterReplyKind.InsertHeader or MilterReplyKind.ChangeHeader or MilterReplyKind.AddRecipient
        or MilterReplyKind.AddRecipientWithParameters or MilterReplyKind.RemoveRecipient or MilterReplyKind.ChangeSender or MilterReplyKind.ReplaceBody or MilterReplyKind.Quarantine;

    /// <summary>Reads a packet.</summary>
    /// <exception cref="MilterException">No milter says that.</exception>
    public static MilterReply Read(in MilterPacket packet)
    {
        MilterReplyKind kind = (MilterReplyKind)packet.Kind;
        ReadOnlySpan<byte> data = packet.Data.Span;
        switch (kind)
        {
            case MilterReplyKind.Continue:
                return Continue;
            case MilterReplyKind.Accept or MilterReplyKind.Discard or MilterReplyKind.Reject or MilterReplyKind.TemporaryFailure
                or MilterReplyKind.Skip or MilterReplyKind.Progress or MilterReplyKind.Shutdown or MilterReplyKind.ConnectionFailure:
                return new MilterReply(kind);
            case MilterReplyKind.AddHeader:
                return new MilterReply(kind) { Name = Take(ref data, kind), Text = Take(ref data, kind) };
            case MilterReplyKind.InsertHeader or MilterReplyKind.ChangeHeader:
                return new MilterReply(kind) { Index = TakeIndex(ref data, kind), Name = Take(ref data, kind), Text = Take(ref data, kind) };
            case MilterReplyKind.AddRecipientWithParameters or MilterReplyKind.ChangeSender:
                return new MilterReply(kind) { Text = Take(ref data, kind), Parameters = data.IsEmpty ? string.Empty : Take(ref data, kind) };
            case MilterReplyKind.AddRecipient or MilterReplyKind.RemoveRecipient:
                return new MilterReply(kind) { Text = Take(ref data, kind) };
            case MilterReplyKind.ReplyCode or MilterReplyKind.Quarantine:
                return new MilterReply(kind) { Text = Take(ref data, kind) };
            case MilterReplyKind.ReplaceBody:
                return new MilterReply(kind) { Piece = packet.Data };
            default:
                throw new MilterException($"it sent a packet of kind 0x{packet.Kind:x2}");
        }
    }

    private static int TakeIndex(ref ReadOnlySpan<byte> data, MilterReplyKind kind)
    {
        if (data.Length < 4)
        {
            throw Broken(kind);
        }

        uint index = BinaryPrimitives.ReadUInt32BigEndian(data);
        data = data[4..];
        return index <= int.MaxValue ? (int)index : throw Broken(kind);
    }

    private static string Take(ref ReadOnlySpan<byte> data, MilterReplyKind kind)
    {
        int end = data.IndexOf((byte)0);
        if (end < 0)
        {
            throw Broken(kind);
        }

        string text = Encoding.UTF8.GetString(data[..end]);
        data = data[(end + 1)..];
        return text;
    }

    private static MilterException Broken(MilterReplyKind kind) => new($"a packet of kind {kind} is cut short");
}
