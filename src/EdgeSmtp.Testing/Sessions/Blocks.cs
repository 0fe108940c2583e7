using System.Buffers;

namespace EdgeSmtp.Testing.Sessions;

/// <summary>Makes sequences of several blocks, as pipes and staged messages have them.</summary>
public static class Blocks
{
    /// <summary>Cuts bytes into a sequence, without copying them.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="blockBytes">Size of a block; 0 for one block.</param>
    public static ReadOnlySequence<byte> Of(ReadOnlyMemory<byte> bytes, int blockBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(blockBytes);
        if (blockBytes == 0 || bytes.Length <= blockBytes)
        {
            return new ReadOnlySequence<byte>(bytes);
        }

        Block first = new(bytes[..blockBytes], null);
        Block last = first;
        for (int at = blockBytes; at < bytes.Length; at += blockBytes)
        {
            last = new Block(bytes.Slice(at, Math.Min(blockBytes, bytes.Length - at)), last);
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Block : ReadOnlySequenceSegment<byte>
    {
        public Block(ReadOnlyMemory<byte> memory, Block? previous)
        {
            Memory = memory;
            if (previous is not null)
            {
                RunningIndex = previous.RunningIndex + previous.Memory.Length;
                previous.Next = this;
            }
        }
    }
}
