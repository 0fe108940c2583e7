using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Queue.Staging;

/// <summary>The memory in which messages lie until they are committed. Bytes are charged in whole blocks, because that is what they cost.</summary>
public sealed class StagingArea : IStagingArea
{
    private readonly StagingOptions _options;
    private IBudgetReclaimer? _reclaimer;

    /// <summary>Creates the area.</summary>
    /// <param name="options">Limits; valid.</param>
    public StagingArea(StagingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        Budget = new ByteBudget(options.EffectiveBytesMax);
        Promises = new ByteBudget(Math.Max(Budget.BytesMax / 2, 1));
        Pool = new BlockPool(options.PoolBytesMax);
        Files = new ScannerFolder(options.Folder);
    }

    /// <inheritdoc />
    public ByteBudget Budget { get; }

    /// <summary>What was declared and has not come yet: at most half of the budget, so that clients who declare much and send nothing cannot keep out those who send.</summary>
    internal ByteBudget Promises { get; }

    /// <summary>Transactions whose content is arriving.</summary>
    internal GatherGate Gate { get; } = new();

    /// <summary>Blocks for reuse.</summary>
    internal BlockPool Pool { get; }

    /// <summary>Where files for scanners lie.</summary>
    internal ScannerFolder Files { get; }

    /// <summary>Bytes of one message that stay in blocks.</summary>
    internal int SpillBytes => _options.SpillBytes;

    /// <inheritdoc />
    public StagedMessage? TryBegin(long declaredBytes)
    {
        long reserved = RoundUp(Math.Max(declaredBytes, 1));
        if (!TryTake(reserved))
        {
            return null;
        }

        if (Promises.TryTake(reserved))
        {
            return new StagedContent(this, reserved, promised: reserved);
        }

        // It would fit now, and that is all that can be said: it is charged as it arrives.
        long least = RoundUp(1);
        Budget.Release(reserved - least);
        return new StagedContent(this, least, promised: 0);
    }

    /// <summary>Removes the files that earlier processes left for scanners. For the start of a server.</summary>
    public void RemoveLeftovers() => Files.Sweep();

    /// <summary>Removes the folder for scanners, if it was made here; messages must be gone.</summary>
    public void Close() => Files.Close();

    /// <summary>What a message of so many bytes is charged with: the blocks that it fills.</summary>
    /// <param name="bytes">Its length.</param>
    internal static long RoundUp(long bytes)
    {
        int size = bytes <= BlockPool.MediumBytes ? BlockPool.SmallBytes : bytes <= BlockPool.LargeBytes ? BlockPool.MediumBytes : BlockPool.LargeBytes;
        return (bytes + size - 1) / size * size;
    }

    /// <summary>Takes budget, at the cost of the hot set when need be.</summary>
    /// <param name="bytes">Bytes.</param>
    internal bool TryTake(long bytes)
    {
        while (!Budget.TryTake(bytes))
        {
            if (bytes > Budget.BytesMax || _reclaimer is not { } reclaimer || !reclaimer.Reclaim(bytes))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Names who gives budget back under pressure.</summary>
    /// <param name="reclaimer">The hot set of the store; <c>null</c> when that closes.</param>
    internal void Attach(IBudgetReclaimer? reclaimer) => Volatile.Write(ref _reclaimer, reclaimer);
}
