using System.ComponentModel;
using System.Runtime.InteropServices;

namespace EdgeSmtp.Sessions.Transport;

/// <summary>epoll(7), edge-triggered. The system's struct has no padding on x86-64 and has it elsewhere, so events are read from bytes.</summary>
internal static partial class NativeEpoll
{
    private const int CloseOnExec = 0x80000;
    private const int OperationAdd = 1;
    private const int OperationModify = 3;
    private const uint EdgeTriggered = 1u << 31;
    private static readonly bool IsPacked = RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>Bytes of one event.</summary>
    public static int EventBytes { get; } = IsPacked ? 12 : 16;

    private static int TokenOffset => IsPacked ? 4 : 8;

    /// <exception cref="Win32Exception">The system has no more descriptors.</exception>
    public static SocketDescriptor Create()
    {
        int descriptor = EpollCreate(CloseOnExec);
        return descriptor < 0 ? throw new Win32Exception(Marshal.GetLastPInvokeError()) : new SocketDescriptor(descriptor);
    }

    /// <summary>A descriptor that is readable for ever (eventfd).</summary>
    /// <exception cref="Win32Exception">The system has no more descriptors.</exception>
    public static SocketDescriptor CreateReadyEvent()
    {
        int descriptor = EventDescriptor(1, CloseOnExec);
        return descriptor < 0 ? throw new Win32Exception(Marshal.GetLastPInvokeError()) : new SocketDescriptor(descriptor);
    }

    /// <summary>Begins to watch.</summary>
    /// <exception cref="Win32Exception">The system has no more memory for it.</exception>
    public static void Add(SafeHandle epoll, SafeHandle socket, SocketEvents events, ulong token) => Control(epoll, OperationAdd, socket, events, token);

    /// <summary>Watches for something else; what is the case already is reported anew.</summary>
    /// <exception cref="Win32Exception">The system has no more memory for it.</exception>
    public static void Modify(SafeHandle epoll, SafeHandle socket, SocketEvents events, ulong token) => Control(epoll, OperationModify, socket, events, token);

    /// <summary>Waits for events, for ever.</summary>
    /// <param name="epoll">Where.</param>
    /// <param name="events">Room for them.</param>
    /// <returns>How many there are; 0 when the wait was interrupted.</returns>
    public static int Wait(SafeHandle epoll, Span<byte> events) => Math.Max(EpollWait(epoll, ref MemoryMarshal.GetReference(events), events.Length / EventBytes, -1), 0);

    /// <summary>One of the events of a wait.</summary>
    public static SocketEvents Read(ReadOnlySpan<byte> events, int index, out ulong token)
    {
        ReadOnlySpan<byte> one = events.Slice(index * EventBytes, EventBytes);
        token = MemoryMarshal.Read<ulong>(one[TokenOffset..]);
        return (SocketEvents)MemoryMarshal.Read<uint>(one);
    }

    private static void Control(SafeHandle epoll, int operation, SafeHandle socket, SocketEvents events, ulong token)
    {
        Span<byte> one = stackalloc byte[16];
        MemoryMarshal.Write(one, (uint)events | EdgeTriggered);
        MemoryMarshal.Write(one[TokenOffset..], token);
        bool held = false;
        try
        {
            socket.DangerousAddRef(ref held);
            if (EpollControl(epoll, operation, (int)socket.DangerousGetHandle(), ref MemoryMarshal.GetReference(one)) < 0)
            {
                throw new Win32Exception(Marshal.GetLastPInvokeError());
            }
        }
        finally
        {
            if (held)
            {
                socket.DangerousRelease();
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventDescriptor(uint count, int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int EpollControl(SafeHandle epoll, int operation, int socket, ref byte one);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int EpollWait(SafeHandle epoll, ref byte events, int eventsMax, int milliseconds);
}
