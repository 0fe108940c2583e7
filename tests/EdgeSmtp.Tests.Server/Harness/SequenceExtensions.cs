using System.Buffers;

namespace EdgeSmtp.Tests.Server.Harness;

/// <summary>Sequences as one span.</summary>
internal static class SequenceExtensions
{
    public static ReadOnlySpan<byte> ToSpan(this in ReadOnlySequence<byte> sequence) => sequence.ToArray();
}
