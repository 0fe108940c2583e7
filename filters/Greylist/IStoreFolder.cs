namespace EdgeSmtp.Filters.Greylist;

/// <summary>The file system as the store uses it; tests put one in its place that is full or fails.</summary>
internal interface IStoreFolder
{
    /// <summary>Opens a file to write, alone: a second process that tries gets an <see cref="IOException"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isNew">Whether it begins empty.</param>
    IStoreFile Open(string path, bool isNew);

    /// <summary>Opens a file to read, from its beginning; <c>null</c> when there is none.</summary>
    Stream? Read(string path);

    /// <summary>Renames a file over another one.</summary>
    void Move(string from, string to);
}
