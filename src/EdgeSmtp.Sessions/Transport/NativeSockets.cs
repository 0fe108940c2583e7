using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace EdgeSmtp.Sessions.Transport;

/// <summary>The system calls of the transport. Every descriptor is non-blocking; a result below zero has its reason in <see cref="Marshal.GetLastPInvokeError"/>.</summary>
internal static partial class NativeSockets
{
    public const int Again = 11;
    public const int Interrupted = 4;
    public const int ConnectionAborted = 103;

    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int NoSignal = 0x4000;
    private const int IpProtoTcp = 6;
    private const int TcpUserTimeout = 18;
    private const ushort FamilyInternet = 2;
    private const ushort FamilyInternet6 = 10;
    private const int AddressBytesMax = 28;

    /// <summary>Takes a connection from the queue of a listener.</summary>
    /// <param name="listener">The listener.</param>
    /// <param name="peer">Who connects.</param>
    /// <returns>The connection; <c>null</c> with an error when there is none.</returns>
    public static SocketDescriptor? Accept(SafeHandle listener, out IPEndPoint? peer)
    {
        Span<byte> address = stackalloc byte[AddressBytesMax];
        int length = address.Length;
        int descriptor = Accept4(listener, ref MemoryMarshal.GetReference(address), ref length, NonBlocking | CloseOnExec);
        peer = descriptor < 0 ? null : Parse(address);
        return descriptor < 0 ? null : new SocketDescriptor(descriptor);
    }

    /// <summary>The address that a connection came to.</summary>
    public static IPEndPoint? LocalEndPoint(SafeHandle socket)
    {
        Span<byte> address = stackalloc byte[AddressBytesMax];
        int length = address.Length;
        return GetSockName(socket, ref MemoryMarshal.GetReference(address), ref length) < 0 ? null : Parse(address);
    }

    /// <summary>Receives what is there. 0 is the end.</summary>
    public static int Receive(SafeHandle socket, Span<byte> buffer) => (int)Recv(socket, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length, 0);

    /// <summary>Sends what there is room for.</summary>
    public static int Send(SafeHandle socket, ReadOnlySpan<byte> bytes) => (int)Send(socket, ref MemoryMarshal.GetReference(bytes), (nuint)bytes.Length, NoSignal);

    /// <summary>Bounds how long bytes may stay unacknowledged (RFC 5482).</summary>
    public static void SetUserTimeout(SafeHandle socket, TimeSpan timeout)
    {
        int milliseconds = (int)timeout.TotalMilliseconds;
        _ = SetSockOpt(socket, IpProtoTcp, TcpUserTimeout, ref milliseconds, sizeof(int));
    }

    /// <summary>Ends one direction, or both.</summary>
    public static void Shutdown(SafeHandle socket, SocketShutdown how) => _ = Shutdown(socket, (int)how);

    private static IPEndPoint? Parse(ReadOnlySpan<byte> address)
    {
        int port = (address[2] << 8) | address[3];
        return MemoryMarshal.Read<ushort>(address) switch
        {
            FamilyInternet => new IPEndPoint(new IPAddress(address.Slice(4, 4)), port),
            FamilyInternet6 => new IPEndPoint(new IPAddress(address.Slice(8, 16), MemoryMarshal.Read<uint>(address[24..])), port),
            _ => null,
        };
    }

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    private static partial int Accept4(SafeHandle socket, ref byte address, ref int length, int flags);

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    private static partial int GetSockName(SafeHandle socket, ref byte address, ref int length);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Recv(SafeHandle socket, ref byte buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(SafeHandle socket, ref byte buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    private static partial int Shutdown(SafeHandle socket, int how);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetSockOpt(SafeHandle socket, int level, int name, ref int value, int length);
}
