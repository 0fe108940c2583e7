using System.Globalization;
using System.Runtime.InteropServices;

namespace EdgeSmtp.LoadTests.Reports;

/// <summary>Where a run was made: figures without it mean nothing.</summary>
internal static class Machine
{
    public static string Description { get; } = string.Create(
        CultureInfo.InvariantCulture,
        $"{Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB, {RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.FrameworkDescription}; clients and server share it");
}
