using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace EdgeSmtp.Queue.FileSystem;

/// <summary>
/// Address ranges of mappings that were given up. Their memory is free at once, but the ranges stay readable, as zeros, for some minutes: a filter that was left behind may be reading a message
/// that is gone, and an address without a page would end the whole server.
/// </summary>
internal static unsafe class RetiredRanges
{
    /// <summary>Ranges kept at most; the kernel allows 65,530 in a process.</summary>
    private const int KeptMax = 4096;

    private const int MapFixed = 0x10;
    private const int MapAnonymous = 0x20;
    private const int MapNoReserve = 0x4000;

    /// <summary>Longer than the longest deadline of a filter and its grace.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(6);

    private static readonly SafeFileHandle NoFile = new(-1, ownsHandle: false);
    private static readonly ConcurrentQueue<(nint Start, int Length, long Since)> Kept = new();

    /// <summary>Gives a mapping up.</summary>
    /// <param name="start">Its first byte.</param>
    /// <param name="length">Its bytes.</param>
    public static void Add(byte* start, int length)
    {
        int flags = NativeMethods.MapPrivate | MapAnonymous | MapFixed | MapNoReserve;
        if (NativeMethods.Map((nint)start, length, NativeMethods.ProtectRead, flags, NoFile, 0) != start)
        {
            _ = NativeMethods.Unmap(start, length);
            return;
        }

        Kept.Enqueue(((nint)start, length, Stopwatch.GetTimestamp()));
        while (Kept.TryPeek(out (nint Start, int Length, long Since) oldest) && (Kept.Count > KeptMax || Stopwatch.GetElapsedTime(oldest.Since) > KeptFor))
        {
            // Whoever takes it out unmaps it, if another thread was quicker then the next one.
            if (Kept.TryDequeue(out oldest))
            {
                _ = NativeMethods.Unmap((byte*)oldest.Start, oldest.Length);
            }
        }
    }
}
