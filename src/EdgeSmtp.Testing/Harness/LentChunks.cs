using System.Buffers;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Testing.Sessions;

namespace EdgeSmtp.Testing.Harness;

/// <summary>Lends chunks as the server does, and takes them back: what a sink keeps of a chunk after it returned is garbage.</summary>
public static class LentChunks
{
    /// <summary>What a chunk holds after it was taken back.</summary>
    public const byte Garbage = 0xDB;

    /// <summary>Writes content to a sink until it has decided.</summary>
    /// <param name="sink">The sink.</param>
    /// <param name="content">The content.</param>
    /// <param name="chunkBytes">Size of a chunk; 0 for one chunk. Each chunk of two bytes or more lies in two blocks.</param>
    /// <param name="takeBack">Whether a chunk is overwritten after its write. Off only for what another run is compared with.</param>
    /// <param name="cancellationToken">The deadline of each write.</param>
    /// <returns>What the last write returned.</returns>
    public static async ValueTask<SinkState> WriteAsync(IBodySink sink, ReadOnlyMemory<byte> content, int chunkBytes, bool takeBack = true, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sink);
        ArgumentOutOfRangeException.ThrowIfNegative(chunkBytes);
        int size = chunkBytes == 0 ? Math.Max(content.Length, 1) : chunkBytes;
        SinkState state = SinkState.More;
        for (int at = 0; at < content.Length && state == SinkState.More; at += size)
        {
            byte[] lent = content.Slice(at, Math.Min(size, content.Length - at)).ToArray();
            ReadOnlySequence<byte> chunk = Blocks.Of(lent, (lent.Length + 1) / 2);
            state = await sink.WriteAsync(chunk, cancellationToken);
            if (takeBack)
            {
                Array.Fill(lent, Garbage);
            }
        }

        return state;
    }
}
