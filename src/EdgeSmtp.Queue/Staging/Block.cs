using System.Buffers;

namespace EdgeSmtp.Queue.Staging;

/// <summary>A pooled piece of memory that is its own link in a <see cref="ReadOnlySequence{T}"/>, so that neither rent nor chain allocates.</summary>
/// <param name="size">Bytes.</param>
internal sealed class Block(int size) : ReadOnlySequenceSegment<byte>
{
    /// <summary>The memory.</summary>
    public byte[] Buffer { get; } = GC.AllocateUninitializedArray<byte>(size);

    /// <summary>Bytes filled.</summary>
    public int Used { get; set; }

    /// <summary>The next block of the same chain, also before the chain is linked for reading.</summary>
    public Block? Following { get; set; }

    /// <summary>Adds as much as fits.</summary>
    /// <param name="data">The bytes.</param>
    /// <returns>Bytes taken.</returns>
    public int Fill(ReadOnlySpan<byte> data)
    {
        int count = Math.Min(data.Length, Buffer.Length - Used);
        data[..count].CopyTo(Buffer.AsSpan(Used));
        Used += count;
        return count;
    }

    /// <summary>Makes the filled part readable as a link of a sequence.</summary>
    /// <param name="runningIndex">Bytes before it.</param>
    /// <param name="next">The block after it.</param>
    public void Link(long runningIndex, Block? next)
    {
        Memory = Buffer.AsMemory(0, Used);
        RunningIndex = runningIndex;
        Next = next;
    }

    /// <summary>Forgets content and neighbours.</summary>
    public void Reset()
    {
        Used = 0;
        Following = null;
        Memory = default;
        RunningIndex = 0;
        Next = null;
    }
}
