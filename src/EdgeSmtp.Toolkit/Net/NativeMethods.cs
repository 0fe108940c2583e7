using System.Runtime.InteropServices;

namespace EdgeSmtp.Toolkit.Net;

/// <summary>The system calls that sockets need and the framework does not have.</summary>
internal static unsafe partial class NativeMethods
{
    public const int Interrupted = 4;
    public const int WouldBlock = 11;

    private const int SocketLevel = 1;
    private const int Rights = 1;
    private const int NoSignal = 0x4000;

    /// <summary>Sends one byte with a descriptor beside it.</summary>
    /// <returns>0, or the error.</returns>
    public static int SendDescriptor(int socket, int descriptor)
    {
        byte payload = 0;
        IoVector vector = new() { Base = &payload, Length = 1 };
        ControlMessage control = new() { Length = (nuint)(sizeof(ControlMessage) - sizeof(int)), Level = SocketLevel, Type = Rights, Descriptor = descriptor };
        Message message = new() { Vector = &vector, VectorLength = 1, Control = &control, ControlLength = (nuint)sizeof(ControlMessage) };
        return SendMessage(socket, &message, NoSignal) >= 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint SendMessage(int socket, Message* message, int flags);

    [StructLayout(LayoutKind.Sequential)]
    private struct IoVector
    {
        public void* Base;
        public nuint Length;
    }

    /// <summary>struct msghdr as 64-bit Linux has it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public void* Name;
        public uint NameLength;
        public IoVector* Vector;
        public nuint VectorLength;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary>struct cmsghdr with room for one descriptor, padded to its alignment.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct ControlMessage
    {
        public nuint Length;
        public int Level;
        public int Type;
        public int Descriptor;
        private readonly int _padding;
    }
}
