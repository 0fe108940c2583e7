using System.Buffers;

namespace EdgeSmtp.Pipeline.Composition;

/// <summary>A header block of our own in front of content that stays where it is.</summary>
/// <param name="Head">Owned bytes; empty when nothing changed.</param>
/// <param name="Rest">What follows them.</param>
/// <param name="Replaced">The body or message that was put in place of the staged one; <c>null</c> when none was.</param>
internal sealed record ComposedContent(byte[] Head, ReadOnlySequence<byte> Rest, byte[]? Replaced)
{
    public ReadOnlySequence<byte> ToSequence() => ContentSegment.Join(Head, Rest);

    /// <summary>Whether two compositions of one message have the same bytes.</summary>
    public bool HasSameBytes(ComposedContent other) =>
        Rest.Length == other.Rest.Length && ReferenceEquals(Replaced, other.Replaced) && Head.AsSpan().SequenceEqual(other.Head);
}
