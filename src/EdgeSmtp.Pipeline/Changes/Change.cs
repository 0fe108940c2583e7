using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Pipeline.Changes;

/// <summary>One change that a filter asked for, checked when it asked.</summary>
internal sealed class Change(ChangeKind kind)
{
    public ChangeKind Kind => kind;

    /// <summary>Field name, of header changes; what names begin with, of <see cref="ChangeKind.RemoveForeign"/>.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>1 the topmost, -1 the lowest, 0 all.</summary>
    public int Occurrence { get; init; }

    /// <summary>Fields above an inserted one; 0 the top.</summary>
    public int Position { get; init; }

    /// <summary>The complete field with CRLF, or the new body.</summary>
    public byte[] Bytes { get; init; } = [];

    /// <summary>The new reverse-path.</summary>
    public MailPath? Path { get; init; }

    /// <summary>The added recipient.</summary>
    public EnvelopeRecipient? Added { get; init; }

    /// <summary>The removed recipient.</summary>
    public Recipient? Recipient { get; init; }

    /// <summary>Whether the field was written among the trace fields, so that the content has it already.</summary>
    public bool IsInTrace { get; set; }

    /// <summary>Whether it edits the bytes of the message, in contrast to its envelope.</summary>
    public bool IsContent => kind <= ChangeKind.ReplaceContent;
}
