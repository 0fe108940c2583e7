namespace EdgeSmtp.Filters.Greylist;

/// <summary>A file on the disk.</summary>
internal sealed class DiskStoreFile(string path, bool isNew) : IStoreFile
{
    private readonly FileStream _stream = new(path, isNew ? FileMode.Create : FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);

    /// <inheritdoc />
    public long Length => _stream.Length;

    /// <inheritdoc />
    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        _stream.Position = offset;
        _stream.Write(bytes);
    }

    /// <inheritdoc />
    public void Sync() => _stream.Flush(flushToDisk: true);

    /// <inheritdoc />
    public void Dispose() => _stream.Dispose();
}
