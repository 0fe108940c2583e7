using System.Diagnostics;

namespace EdgeSmtp.Queue.Staging;

/// <summary>Blocks of 4, 16 and 64 KiB for reuse. Thread-safe.</summary>
/// <param name="bytesMax">Bytes of free blocks kept.</param>
internal sealed class BlockPool(long bytesMax)
{
    /// <summary>Size of the first blocks of a message: most mail fits in one or two.</summary>
    public const int SmallBytes = 4 << 10;

    /// <summary>Size of the blocks from 16 KiB on.</summary>
    public const int MediumBytes = 16 << 10;

    /// <summary>Size of the blocks from 64 KiB on.</summary>
    public const int LargeBytes = 64 << 10;

    private readonly Lock _lock = new();
    private readonly Block?[] _free = new Block?[3];
    private long _freeBytes;

    /// <summary>Bytes of free blocks.</summary>
    public long FreeBytes => Volatile.Read(ref _freeBytes);

    /// <summary>Size of the next block of a chain that holds so much already: waste stays below a quarter.</summary>
    /// <param name="capacity">Bytes of the blocks so far.</param>
    public static int NextSize(long capacity) => capacity < MediumBytes ? SmallBytes : capacity < LargeBytes ? MediumBytes : LargeBytes;

    /// <summary>An empty block.</summary>
    /// <param name="size">One of the three sizes.</param>
    public Block Rent(int size)
    {
        ref Block? head = ref _free[ClassOf(size)];
        lock (_lock)
        {
            if (head is { } block)
            {
                head = block.Following;
                block.Following = null;
                _freeBytes -= size;
                return block;
            }
        }

        return new Block(size);
    }

    /// <summary>Takes a chain back.</summary>
    /// <param name="first">Its first block; nobody may hold any of it any more.</param>
    public void Return(Block? first)
    {
        lock (_lock)
        {
            while (first is { } block)
            {
                first = block.Following;
                block.Reset();
                if (_freeBytes + block.Buffer.Length <= bytesMax)
                {
                    ref Block? head = ref _free[ClassOf(block.Buffer.Length)];
                    block.Following = head;
                    head = block;
                    _freeBytes += block.Buffer.Length;
                }
            }
        }
    }

    private static int ClassOf(int size)
    {
        Debug.Assert(size is SmallBytes or MediumBytes or LargeBytes, "Only three sizes exist.");
        return size == SmallBytes ? 0 : size == MediumBytes ? 1 : 2;
    }
}
