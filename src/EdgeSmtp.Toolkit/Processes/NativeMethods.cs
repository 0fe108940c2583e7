using System.Runtime.InteropServices;

namespace EdgeSmtp.Toolkit.Processes;

/// <summary>The system calls that processes need and the framework does not have.</summary>
internal static partial class NativeMethods
{
    private const int SignalKill = 9;

    /// <summary>Kills every process of a group; one that is empty already is no error.</summary>
    /// <param name="leader">Process id of the one that began the group.</param>
    public static void KillGroup(int leader) => _ = Kill(-leader, SignalKill);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
