using Microsoft.Win32.SafeHandles;

namespace EdgeSmtp.Delivery.Maildirs;

/// <summary>The steps that a Maildir delivery takes on the disk; the seam at which tests make each of them fail. All block.</summary>
internal interface IMaildirFiles
{
    /// <summary>Whether a folder is there.</summary>
    bool DirectoryExists(string path);

    /// <summary>Makes a folder, readable by us alone; nothing when it is there.</summary>
    void CreateDirectory(string path);

    /// <summary>Makes a new file, readable by us alone.</summary>
    /// <exception cref="IOException">It is there already, or the disk fails.</exception>
    SafeFileHandle Create(string path);

    /// <summary>Writes at an offset.</summary>
    void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Makes the file's content durable.</summary>
    void Sync(SafeFileHandle file);

    /// <summary>Gives a file its place, atomically, never over another.</summary>
    void Move(string from, string to);

    /// <summary>Makes a folder's entries durable.</summary>
    void SyncDirectory(string path);

    /// <summary>Removes a file.</summary>
    void Delete(string path);
}
