using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeSmtp.Sessions.Transport;

/// <summary>A descriptor of ours. Calls that are under way keep it open, so that its number cannot become another connection's beneath them.</summary>
internal sealed partial class SocketDescriptor : SafeHandleMinusOneIsInvalid
{
    public SocketDescriptor(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    protected override bool ReleaseHandle() => Close((int)handle) == 0;

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
