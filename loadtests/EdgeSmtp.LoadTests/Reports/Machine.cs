using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace EdgeSmtp.LoadTests.Reports;

/// <summary>Where, of what and how a run was made: figures without it mean nothing.</summary>
internal static class Machine
{
    public static string Description { get; } = string.Create(
        CultureInfo.InvariantCulture,
        $"{Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB, {RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.FrameworkDescription}; clients and server share it");

    /// <summary>The commit that this program, and with it the server beside it, was built from.</summary>
    public static string Commit { get; } =
        typeof(Machine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+') is [_, { Length: >= 12 } commit] ? commit[..12] : "unknown";

    /// <summary>What was typed.</summary>
    public static string Command { get; } = "edgesmtp-load " + string.Join(' ', Environment.GetCommandLineArgs().Skip(1));
}
