namespace EdgeSmtp.Filters.Greylist;

/// <summary>The real file system.</summary>
internal sealed class DiskStoreFolder : IStoreFolder
{
    /// <inheritdoc />
    public IStoreFile Open(string path, bool isNew) => new DiskStoreFile(path, isNew);

    /// <inheritdoc />
    public Stream? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (stream.Length > 0)
        {
            return stream;
        }

        // Empty, or a device, which has no end.
        stream.Dispose();
        return null;
    }

    /// <inheritdoc />
    public void Move(string from, string to) => File.Move(from, to, overwrite: true);
}
