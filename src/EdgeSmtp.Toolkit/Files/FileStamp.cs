namespace EdgeSmtp.Toolkit.Files;

/// <summary>Tells whether a file has changed, or another one was renamed into its place.</summary>
/// <param name="Length">Its size in bytes.</param>
/// <param name="LastWriteUtc">When it was last written.</param>
public readonly record struct FileStamp(long Length, DateTime LastWriteUtc)
{
    /// <summary>Looks at a file. One that is not there has the default stamp.</summary>
    /// <param name="path">The file.</param>
    public static FileStamp Of(string path)
    {
        FileInfo file = new(path);
        return file.Exists ? new FileStamp(file.Length, file.LastWriteTimeUtc) : default;
    }
}
