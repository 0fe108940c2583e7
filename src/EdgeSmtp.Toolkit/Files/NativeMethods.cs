using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeSmtp.Toolkit.Files;

/// <summary>The system calls that files need and the framework does not have.</summary>
internal static partial class NativeMethods
{
    private const int ReadOnly = 0;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    /// <summary>Opens for reading and never waits: opening a named pipe would, until somebody writes.</summary>
    public static SafeFileHandle OpenForReading(string path)
    {
        int descriptor = Open(path, ReadOnly | NonBlocking | CloseOnExec, 0);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure("open", path);
    }

    /// <summary>Makes the names in a folder durable. The framework can neither open a folder nor sync it.</summary>
    public static void SyncFolder(string path)
    {
        using SafeFileHandle folder = OpenForReading(path);
        if (Sync(folder) != 0)
        {
            throw Failure("fsync", path);
        }
    }

    private static IOException Failure(string call, string path)
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException($"{call} {path}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle file);
}
