namespace EdgeSmtp.Toolkit.Files;

/// <summary>Tells whether a file has changed.</summary>
internal readonly record struct FileStamp(long Length, DateTime LastWriteUtc)
{
    public static FileStamp Of(string path)
    {
        FileInfo file = new(path);
        return file.Exists ? new FileStamp(file.Length, file.LastWriteTimeUtc) : default;
    }
}
