using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeSmtp.Queue.FileSystem;

/// <summary>The system calls of this project; nothing else here calls into libc.</summary>
internal static partial class NativeMethods
{
    public const int ReadOnly = 0;
    public const int ReadWrite = 2;
    public const int CreateFile = 0x40;
    public const int Exclusive = 0x80;
    public const int CloseOnExec = 0x80000;

    public const uint MemfdCloseOnExec = 1;
    public const uint MemfdAllowSealing = 2;

    public const int ProtectRead = 1;
    public const int ProtectWrite = 2;
    public const int MapShared = 1;
    public const int MapPrivate = 2;

    private const int AddSeals = 1033;
    private const int SealSealShrinkGrowWrite = 0x1 | 0x2 | 0x4 | 0x8;

    /// <summary>O_DIRECTORY differs between the architectures.</summary>
    public static int DirectoryOnly => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x4000 : 0x10000;

    public static SafeFileHandle OpenFile(string path, int flags, int mode = 0)
    {
        int descriptor = Open(path, flags | CloseOnExec, mode);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure("open", path);
    }

    public static SafeFileHandle CreateMemory(string name)
    {
        int descriptor = MemfdCreate(name, MemfdCloseOnExec | MemfdAllowSealing);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure("memfd_create", name);
    }

    /// <summary>Nobody can change the memory file from here on, nor lift this (fcntl F_ADD_SEALS).</summary>
    public static void Seal(SafeFileHandle file)
    {
        if (Fcntl(file, AddSeals, SealSealShrinkGrowWrite) != 0)
        {
            throw Failure("fcntl F_ADD_SEALS", "memfd");
        }
    }

    public static unsafe void WriteAll(SafeFileHandle file, long offset, ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            nint written;
            fixed (byte* start = data)
            {
                written = Pwrite(file, start, data.Length, offset);
            }

            if (written < 0 && Marshal.GetLastPInvokeError() != Interrupted)
            {
                throw Failure("pwrite", string.Empty);
            }

            if (written > 0)
            {
                data = data[(int)written..];
                offset += written;
            }
        }
    }

    public static unsafe int ReadAll(SafeFileHandle file, long offset, Span<byte> buffer)
    {
        int total = 0;
        while (total < buffer.Length)
        {
            nint read;
            fixed (byte* start = buffer[total..])
            {
                read = Pread(file, start, buffer.Length - total, offset + total);
            }

            if (read < 0 && Marshal.GetLastPInvokeError() != Interrupted)
            {
                throw Failure("pread", string.Empty);
            }

            if (read == 0)
            {
                break;
            }

            total += (int)Math.Max(read, 0);
        }

        return total;
    }

    public static void Check(int result, string call, string path)
    {
        if (result != 0)
        {
            throw Failure(call, path);
        }
    }

    public static IOException Failure(string call, string path)
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException($"{call} {path}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    public static partial int DataSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Sync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int Truncate(SafeFileHandle file, long length);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static unsafe partial byte* Map(nint address, nint length, int protection, int flags, SafeFileHandle file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static unsafe partial int Unmap(byte* address, nint length);

    private const int Interrupted = 4;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MemfdCreate(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Fcntl(SafeFileHandle file, int command, int argument);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    private static unsafe partial nint Pwrite(SafeFileHandle file, byte* data, nint count, long offset);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    private static unsafe partial nint Pread(SafeFileHandle file, byte* buffer, nint count, long offset);
}
