using System.Net.Security;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace EdgeSmtp.Core.Tls;

/// <summary>
/// Has OpenSSL give a session's two record buffers back whenever they are empty: 33 of the 48 KiB that it allocates for one. What nginx, HAProxy and Dovecot always do, the framework neither does nor has
/// an option for, and its handle of the session is private (record 0027).
/// </summary>
/// <remarks>Where the handle is not found, or OpenSSL is not version 3, nothing happens: only memory hangs on it.</remarks>
internal static partial class OpenSslBuffers
{
    private const int ControlMode = 33;
    private const int ReleaseBuffers = 0x10;

    private static readonly FieldInfo? HandleField = IsVersionThree() ? typeof(SslStream).GetField("_securityContext", BindingFlags.Instance | BindingFlags.NonPublic) : null;

    /// <summary>Has the buffers of a session given back, now and from now on.</summary>
    /// <param name="stream">After its handshake, while nothing else is done with it.</param>
    /// <returns>Whether OpenSSL does so.</returns>
    public static bool Release(SslStream stream)
    {
        if (HandleField?.GetValue(stream) is not SafeHandle { IsInvalid: false, IsClosed: false } session)
        {
            return false;
        }

        bool isKept = (Control(session, ControlMode, ReleaseBuffers, 0) & ReleaseBuffers) != 0;
        _ = FreeBuffers(session);
        return isKept;
    }

    // The framework loads one of several versions, and a session of one is nothing to another.
    private static bool IsVersionThree() => OperatingSystem.IsLinux() && SafeEvpPKeyHandle.OpenSslVersion >> 28 == 3;

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_ctrl")]
    private static partial nint Control(SafeHandle session, int command, nint value, nint pointer);

    /// <summary>What is not empty stays.</summary>
    [LibraryImport("libssl.so.3", EntryPoint = "SSL_free_buffers")]
    private static partial int FreeBuffers(SafeHandle session);
}
