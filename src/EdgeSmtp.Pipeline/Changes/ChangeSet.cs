using System.Buffers;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Pipeline.Driving;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Content;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Pipeline.Changes;

/// <summary>The changes of one call. Checked here, where the filter that asks for something it may not do gets the exception; applied or dropped together.</summary>
/// <param name="recipient">The one recipient they are for; <c>null</c> for every recipient.</param>
/// <param name="node">The filter.</param>
internal sealed class ChangeSet(Recipient? recipient, FilterNode node) : IMessageChanges
{
    private readonly List<Change> _changes = [];
    private bool _isClosed;

    public Recipient? Recipient => recipient;

    public FilterNode Node => node;

    public IReadOnlyList<Change> Changes => _changes;

    public bool IsEmpty => _changes.Count == 0;

    /// <summary>The message that the filter put in place of the other; <c>null</c> when it did not.</summary>
    public byte[]? NewContent => _changes.Find(static change => change.Kind == ChangeKind.ReplaceContent)?.Bytes;

    /// <summary>Ends the call: a filter that kept the object has nothing more to say with it.</summary>
    public void Close() => _isClosed = true;

    /// <inheritdoc />
    public void InsertHeader(string name, string value) => InsertHeader(name, value, 0);

    /// <inheritdoc />
    public void InsertHeader(string name, string value, int position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        Add(new Change(ChangeKind.InsertHeader) { Name = name, Bytes = FieldWriter.Write(name, value), Position = position }, FilterEffect.Annotates);
    }

    /// <inheritdoc />
    public void ReplaceHeader(string name, int occurrence, string value)
    {
        ArgumentOutOfRangeException.ThrowIfZero(occurrence);
        Add(new Change(ChangeKind.ReplaceHeader) { Name = name, Occurrence = occurrence, Bytes = FieldWriter.Write(name, value) }, FilterEffect.Rewrites);
    }

    /// <inheritdoc />
    public void RemoveHeader(string name, int occurrence)
    {
        ThrowIfNoName(name);
        Add(new Change(ChangeKind.RemoveHeader) { Name = name, Occurrence = occurrence }, FilterEffect.Rewrites);
    }

    /// <inheritdoc />
    public void RemoveForeign(string namePrefix)
    {
        ThrowIfNoName(namePrefix);
        Add(new Change(ChangeKind.RemoveForeign) { Name = namePrefix }, FilterEffect.Rewrites);
    }

    /// <inheritdoc />
    public void ReplaceBody(ReadOnlySequence<byte> body)
    {
        byte[] copy = CopyOf(body);
        _changes.RemoveAll(static change => change.Kind == ChangeKind.ReplaceBody);
        Add(new Change(ChangeKind.ReplaceBody) { Bytes = copy }, FilterEffect.Rewrites);
    }

    /// <inheritdoc />
    public void ReplaceContent(ReadOnlySequence<byte> message)
    {
        byte[] copy = CopyOf(message);
        if (_changes.Exists(static change => change.IsContent))
        {
            throw new InvalidOperationException($"Filter '{node.Name}' replaces the content after it has changed it.");
        }

        Add(new Change(ChangeKind.ReplaceContent) { Bytes = copy }, FilterEffect.Rewrites);
    }

    /// <inheritdoc />
    public void ReplaceReversePath(MailPath reversePath)
    {
        ArgumentNullException.ThrowIfNull(reversePath);
        ThrowIfForOneRecipient();
        Add(new Change(ChangeKind.ReplaceReversePath) { Path = reversePath }, FilterEffect.Rewrites);
    }

    /// <inheritdoc />
    public void AddRecipient(MailPath forwardPath) => AddRecipient(forwardPath, DsnNotify.Unspecified, null);

    /// <inheritdoc />
    public void AddRecipient(MailPath forwardPath, DsnNotify notify, string? originalRecipient)
    {
        ArgumentNullException.ThrowIfNull(forwardPath);
        if (forwardPath.IsNull)
        {
            throw new ArgumentException("The null path is no recipient.", nameof(forwardPath));
        }

        ThrowIfForOneRecipient();
        Add(new Change(ChangeKind.AddRecipient) { Added = new EnvelopeRecipient(forwardPath, notify, originalRecipient) }, FilterEffect.Rewrites);
    }

    /// <inheritdoc />
    public void RemoveRecipient(Recipient recipient)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        ThrowIfForOneRecipient();
        Add(new Change(ChangeKind.RemoveRecipient) { Recipient = recipient }, FilterEffect.Rewrites);
    }

    private static void ThrowIfNoName(string name)
    {
        if (!HeaderField.IsName(name))
        {
            throw new ArgumentException($"'{name}' is no field name (RFC 5322 §2.2).", nameof(name));
        }
    }

    private byte[] CopyOf(in ReadOnlySequence<byte> text)
    {
        ThrowIfForOneRecipient();
        if (!node.Traits.ReplacesBody)
        {
            throw new InvalidOperationException($"Filter '{node.Name}' replaces the body and is not registered with FilterTraits.ReplacesBody.");
        }

        byte[] copy = text.ToArray();
        // RFC 5321 §2.3.8: a lone CR or LF must not be sent, and a filter must not bring in what the session keeps out.
        if (!NewLines.AreStrict(copy))
        {
            throw new ArgumentException("The new text has a CR or LF that is not part of a CRLF.", nameof(text));
        }

        // RFC 5321 §4.1.1.4: the dot that ends the data stands on a line of its own.
        return copy.Length == 0 || copy.AsSpan().EndsWith("\r\n"u8) ? copy : [.. copy, .. "\r\n"u8];
    }

    private void ThrowIfForOneRecipient()
    {
        if (recipient is not null)
        {
            throw new InvalidOperationException("Changes for one recipient are of header fields only.");
        }
    }

    private void Add(Change change, FilterEffect needed)
    {
        if (_isClosed)
        {
            throw new InvalidOperationException($"Filter '{node.Name}' asks for a change after its call has ended.");
        }

        if (node.Traits.Effect < needed)
        {
            throw new InvalidOperationException($"Filter '{node.Name}' asks for {change.Kind} and is not registered with FilterEffect.{needed}.");
        }

        if (change.IsContent && _changes.Exists(static earlier => earlier.Kind == ChangeKind.ReplaceContent))
        {
            throw new InvalidOperationException($"Filter '{node.Name}' changes content that it has replaced.");
        }

        _changes.Add(change);
    }
}
