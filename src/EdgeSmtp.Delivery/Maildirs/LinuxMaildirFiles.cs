using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeSmtp.Delivery.Maildirs;

/// <summary>The real disk. What it makes is readable by us alone.</summary>
internal sealed partial class LinuxMaildirFiles : IMaildirFiles
{
    private const int OwnFolder = 0x1C0; // 0700
    private const int OwnFile = 0x180; // 0600
    private const int NewFile = 0x1 | 0x40 | 0x80 | 0x80000; // O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
    private const int Folder = 0x10000 | 0x80000; // O_DIRECTORY | O_CLOEXEC
    private const int FolderArm = 0x4000 | 0x80000;

    /// <inheritdoc />
    public bool DirectoryExists(string path) => Directory.Exists(path);

    /// <inheritdoc />
    public void CreateDirectory(string path)
    {
        // Two threads may make the same folder at once; one of them finds it made.
        int result = NativeMakeDirectory(path, OwnFolder);
        if (result < 0 && !Directory.Exists(path)) Check(result, "mkdir");
    }

    /// <inheritdoc />
    public SafeFileHandle Create(string path) => Open(path, NewFile);

    /// <inheritdoc />
    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(file, bytes, offset);

    /// <inheritdoc />
    public void Sync(SafeFileHandle file) => Check(NativeSync(file), "fsync");

    /// <inheritdoc />
    public void Move(string from, string to) => File.Move(from, to, overwrite: false);

    /// <inheritdoc />
    public void SyncDirectory(string path)
    {
        using SafeFileHandle directory = Open(path, RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? FolderArm : Folder);
        Sync(directory);
    }

    /// <inheritdoc />
    public void Delete(string path) => File.Delete(path);

    private static SafeFileHandle Open(string path, int flags)
    {
        int descriptor = NativeOpen(path, flags, OwnFile);
        Check(descriptor, "open");
        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    private static void Check(int result, string call)
    {
        if (result < 0) throw new IOException($"{call}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int NativeOpen(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "mkdir", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int NativeMakeDirectory(string path, int mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int NativeSync(SafeHandle file);
}
