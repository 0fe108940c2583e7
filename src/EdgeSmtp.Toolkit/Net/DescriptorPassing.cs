using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeSmtp.Toolkit.Net;

/// <summary>Hands an open file to the process at the other end of a Unix socket (SCM_RIGHTS, unix(7)), which the framework cannot. 64-bit Linux only.</summary>
public static class DescriptorPassing
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    /// <summary>Sends a descriptor beside one byte of zero. The receiver shares offset and access mode with us: pass one that was opened for it.</summary>
    /// <param name="socket">A connected Unix stream socket.</param>
    /// <param name="file">The file; stays ours to dispose, at once if we like.</param>
    /// <param name="time">The clock by which a full socket is waited for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">The other end is gone, or the socket passes no descriptors.</exception>
    /// <exception cref="PlatformNotSupportedException">Not 64-bit Linux.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public static async ValueTask SendAsync(Socket socket, SafeFileHandle file, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(file);
        if (!OperatingSystem.IsLinux() || nint.Size != sizeof(long))
        {
            throw new PlatformNotSupportedException("Descriptors are passed on 64-bit Linux only.");
        }

        while (!TrySend(socket, file))
        {
            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <returns>Whether it was sent; <c>false</c> when the socket is full.</returns>
    private static bool TrySend(Socket socket, SafeFileHandle file)
    {
        bool isSocketHeld = false, isFileHeld = false;
        try
        {
            socket.SafeHandle.DangerousAddRef(ref isSocketHeld);
            file.DangerousAddRef(ref isFileHeld);
            int error;
            do
            {
                error = NativeMethods.SendDescriptor((int)socket.SafeHandle.DangerousGetHandle(), (int)file.DangerousGetHandle());
            }
            while (error == NativeMethods.Interrupted);

            return error switch
            {
                0 => true,
                NativeMethods.WouldBlock => false,
                _ => throw new SocketException(error, $"sendmsg: {Marshal.GetPInvokeErrorMessage(error)}"),
            };
        }
        finally
        {
            if (isFileHeld)
            {
                file.DangerousRelease();
            }

            if (isSocketHeld)
            {
                socket.SafeHandle.DangerousRelease();
            }
        }
    }
}
