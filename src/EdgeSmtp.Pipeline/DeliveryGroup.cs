using System.Buffers;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Pipeline;

/// <summary>Recipients that get the same bytes, with every change applied and sealed.</summary>
/// <param name="ReversePath">The reverse-path after changes.</param>
/// <param name="Recipients">Accepted recipients of the transaction in this group.</param>
/// <param name="Added">Recipients that filters added.</param>
/// <param name="Content">Header and body; parts may lie in the staged message.</param>
/// <param name="Quarantined">Whether the group goes to quarantine.</param>
public sealed record DeliveryGroup(
    MailPath ReversePath, IReadOnlyList<Recipient> Recipients, IReadOnlyList<EnvelopeRecipient> Added, ReadOnlySequence<byte> Content, bool Quarantined)
{
    /// <summary>Names of the filters that asked to be asked again: the group waits for them, and is not sealed yet.</summary>
    public IReadOnlyList<string> Owed { get; init; } = [];

    /// <summary>Bytes of our own fields at the front of the content; 0 when the header was changed so that nobody can tell.</summary>
    public int TraceLength { get; init; }

    /// <summary>Whether the content is the staged message, unchanged and not sealed.</summary>
    public bool IsUnchanged { get; init; }
}
