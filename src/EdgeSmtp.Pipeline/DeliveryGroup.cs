using System.Buffers;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Pipeline;

/// <summary>Recipients that get the same bytes, with every change applied and sealed.</summary>
/// <param name="ReversePath">The reverse-path after changes.</param>
/// <param name="Recipients">Accepted recipients of the transaction in this group.</param>
/// <param name="Added">Recipients that filters added.</param>
/// <param name="Content">Header and body; parts may lie in the staged message.</param>
/// <param name="Quarantined">Whether the group is committed and held.</param>
public sealed record DeliveryGroup(
    MailPath ReversePath, IReadOnlyList<Recipient> Recipients, IReadOnlyList<MailPath> Added, ReadOnlySequence<byte> Content, bool Quarantined);
