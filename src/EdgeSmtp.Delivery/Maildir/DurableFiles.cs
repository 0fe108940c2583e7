using System.Runtime.InteropServices;

namespace EdgeSmtp.Delivery.Maildir;

/// <summary>The calls of the C library that .NET does not offer: link, and fsync of a directory.</summary>
internal static partial class DurableFiles
{
    private const int ReadOnlyDirectory = 0x10000 | 0x80000;

    /// <summary>Gives a file a second name. Fails when the name exists, so that nothing is ever overwritten.</summary>
    /// <exception cref="IOException">The call failed.</exception>
    public static void Link(string from, string to) => Check(LinkNative(from, to), "link", to);

    /// <summary>Makes the names in a directory durable.</summary>
    /// <exception cref="IOException">The call failed.</exception>
    public static void SyncDirectory(string path)
    {
        int descriptor = OpenNative(path, ReadOnlyDirectory);
        Check(descriptor < 0 ? -1 : 0, "open", path);
        try
        {
            Check(SyncNative(descriptor), "fsync", path);
        }
        finally
        {
            _ = CloseNative(descriptor);
        }
    }

    private static void Check(int result, string call, string path)
    {
        if (result == 0)
        {
            return;
        }

        int error = Marshal.GetLastPInvokeError();
        throw new IOException($"{call} {path}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LinkNative(string from, string to);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenNative(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int SyncNative(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseNative(int descriptor);
}
