using System.Buffers;

namespace EdgeSmtp.Queue.Staging;

/// <summary>A growing chain of pooled blocks. A value inside its owner, so that it costs no object.</summary>
internal struct BlockChain
{
    private Block? _last;

    /// <summary>The first block, or <c>null</c>.</summary>
    public Block? First { get; private set; }

    /// <summary>Bytes filled.</summary>
    public long Length { get; private set; }

    /// <summary>Bytes of all blocks.</summary>
    public long Capacity { get; private set; }

    /// <summary>Bytes still free in the last block.</summary>
    public readonly int Room => _last is null ? 0 : _last.Buffer.Length - _last.Used;

    /// <summary>Adds what fits in the last block.</summary>
    /// <param name="data">The bytes.</param>
    /// <returns>Bytes taken.</returns>
    public int Fill(ReadOnlySpan<byte> data)
    {
        int count = _last?.Fill(data) ?? 0;
        Length += count;
        return count;
    }

    /// <summary>Adds an empty block.</summary>
    /// <param name="block">Rented.</param>
    public void Add(Block block)
    {
        if (_last is null)
        {
            First = block;
        }
        else
        {
            _last.Following = block;
        }

        _last = block;
        Capacity += block.Buffer.Length;
    }

    /// <summary>Gives all blocks back.</summary>
    /// <param name="pool">Where they came from.</param>
    public void Clear(BlockPool pool)
    {
        pool.Return(First);
        this = default;
    }

    /// <summary>Makes two chains, one after the other, readable as one sequence.</summary>
    /// <param name="front">The first.</param>
    /// <param name="back">The second.</param>
    public static ReadOnlySequence<byte> Join(in BlockChain front, in BlockChain back)
    {
        Block? first = front.Length > 0 ? front.First : back.First;
        Block? last = back.Length > 0 ? back._last : front._last;
        if (front.Length + back.Length == 0)
        {
            return ReadOnlySequence<byte>.Empty;
        }

        long index = 0;
        for (Block? block = first; block is not null;)
        {
            Block? next = block == last ? null : block.Following ?? back.First;
            block.Link(index, next);
            index += block.Used;
            block = next;
        }

        return new ReadOnlySequence<byte>(first!, 0, last!, last!.Used);
    }
}
