namespace EdgeSmtp.Server.Hosting;

/// <summary>The heap of this process.</summary>
internal sealed class RuntimeHeap : IHeap
{
    public int Collections => GC.CollectionCount(0);

    public long Committed => GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes;

    public void Trim() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
