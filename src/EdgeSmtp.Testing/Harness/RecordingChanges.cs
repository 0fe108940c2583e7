using System.Buffers;
using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Content;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Testing.Harness;

/// <summary>Writes down what a filter asks for, and refuses what the driver would refuse.</summary>
internal sealed class RecordingChanges(ICollection<RecordedChange> changes, FilterTraits traits, Recipient? recipient) : IMessageChanges
{
    /// <inheritdoc />
    public void InsertHeader(string name, string value) => InsertHeader(name, value, 0);

    /// <inheritdoc />
    public void InsertHeader(string name, string value, int position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        Check(FilterEffect.Annotates, name, value);
        Record(nameof(InsertHeader), name, position, value);
    }

    /// <inheritdoc />
    public void ReplaceHeader(string name, int occurrence, string value)
    {
        ArgumentOutOfRangeException.ThrowIfZero(occurrence);
        Check(FilterEffect.Rewrites, name, value);
        Record(nameof(ReplaceHeader), name, occurrence, value);
    }

    /// <inheritdoc />
    public void RemoveHeader(string name, int occurrence)
    {
        Check(FilterEffect.Rewrites, name, string.Empty);
        Record(nameof(RemoveHeader), name, occurrence, null);
    }

    /// <inheritdoc />
    public void RemoveForeign(string namePrefix)
    {
        Check(FilterEffect.Rewrites, namePrefix, string.Empty);
        Record(nameof(RemoveForeign), namePrefix, 0, null);
    }

    /// <inheritdoc />
    public void ReplaceBody(ReadOnlySequence<byte> body) => RecordText(nameof(ReplaceBody), body);

    /// <inheritdoc />
    public void ReplaceContent(ReadOnlySequence<byte> message) => RecordText(nameof(ReplaceContent), message);

    /// <inheritdoc />
    public void ReplaceReversePath(MailPath reversePath)
    {
        ArgumentNullException.ThrowIfNull(reversePath);
        CheckWhole(FilterEffect.Rewrites);
        Record(nameof(ReplaceReversePath), null, 0, reversePath.ToString());
    }

    /// <inheritdoc />
    public void AddRecipient(MailPath forwardPath) => AddRecipient(forwardPath, DsnNotify.Unspecified, null);

    /// <inheritdoc />
    public void AddRecipient(MailPath forwardPath, DsnNotify notify, string? originalRecipient)
    {
        ArgumentNullException.ThrowIfNull(forwardPath);
        CheckWhole(FilterEffect.Rewrites);
        Record(nameof(AddRecipient), null, 0, forwardPath.ToString());
    }

    /// <inheritdoc />
    public void RemoveRecipient(Recipient recipient)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        CheckWhole(FilterEffect.Rewrites);
        changes.Add(new RecordedChange(nameof(RemoveRecipient), null, 0, null, recipient));
    }

    private void RecordText(string member, ReadOnlySequence<byte> text)
    {
        CheckWhole(FilterEffect.Rewrites);
        if (!traits.ReplacesBody)
        {
            throw new InvalidOperationException("The filter is not registered with FilterTraits.ReplacesBody.");
        }

        Record(member, null, 0, Encoding.UTF8.GetString(text));
    }

    private void CheckWhole(FilterEffect needed)
    {
        if (recipient is not null)
        {
            throw new InvalidOperationException("Changes for one recipient are of header fields only.");
        }

        Check(needed, "X", string.Empty);
    }

    private void Check(FilterEffect needed, string name, string value)
    {
        if (traits.Effect < needed)
        {
            throw new InvalidOperationException($"The filter is not registered with FilterEffect.{needed}.");
        }

        string unfolded = value.Replace("\r\n ", " ", StringComparison.Ordinal).Replace("\r\n\t", " ", StringComparison.Ordinal);
        bool isBroken = !HeaderField.TryFold("X", unfolded, out _);
        if (!HeaderField.IsName(name) || isBroken)
        {
            throw new ArgumentException($"Name or value cannot stand in the field '{name}'.", nameof(name));
        }
    }

    private void Record(string member, string? name, int occurrence, string? value) => changes.Add(new RecordedChange(member, name, occurrence, value, recipient));
}
