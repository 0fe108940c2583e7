using System.Buffers;

namespace EdgeSmtp.Core.Storage;

/// <summary>One message to be committed.</summary>
/// <param name="Id">Its id; unique for ever.</param>
/// <param name="Envelope">Its envelope.</param>
/// <param name="Content">Header and body, byte for byte as they will be sent; may lie in staged memory.</param>
public sealed record Submission(MessageId Id, Envelope Envelope, ReadOnlySequence<byte> Content);
