using System.Buffers;

namespace EdgeSmtp.Abstractions;

/// <summary>The message of one delivery group as it will be stored: every change applied.</summary>
public abstract class SealContext
{
    /// <summary>Header and body, byte for byte, with what earlier seals put in front.</summary>
    public abstract ReadOnlySequence<byte> Message { get; }

    /// <summary>Recipients of this delivery group.</summary>
    public abstract IReadOnlyList<Recipient> Recipients { get; }

    /// <summary>Puts a field in front of the message.</summary>
    /// <param name="name">Field name (RFC 5322 §2.2).</param>
    /// <param name="value">Field body, unfolded or already folded with CRLF and white space; without final CRLF.</param>
    /// <exception cref="ArgumentException">The name or value would break out of the field.</exception>
    public abstract void Prepend(string name, string value);
}
