namespace EdgeSmtp.Filters.Greylist;

/// <summary>A file that is written at given places and synced. Calls block; only the thread of the journal makes them.</summary>
internal interface IStoreFile : IDisposable
{
    /// <summary>Bytes now.</summary>
    long Length { get; }

    /// <summary>Writes.</summary>
    /// <param name="bytes">All of them.</param>
    /// <param name="offset">Where; bytes there are replaced.</param>
    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Returns when what was written is on the disk.</summary>
    void Sync();
}
