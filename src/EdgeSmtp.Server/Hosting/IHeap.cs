namespace EdgeSmtp.Server.Hosting;

/// <summary>The managed heap, as <see cref="HeapTrimmer"/> sees it.</summary>
internal interface IHeap
{
    /// <summary>Collections since the start.</summary>
    int Collections { get; }

    /// <summary>Bytes that it had of the system after the last collection.</summary>
    long Committed { get; }

    /// <summary>Collects everything and gives back what is free.</summary>
    void Trim();
}
