using System.Globalization;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Measuring;

/// <summary>How long measurements take. A test run shows that they work, in seconds; <c>EDGESMTP_ROUNDS</c> asks for figures that mean something.</summary>
internal static class Scale
{
    /// <summary>Turns of all conditions.</summary>
    public static int Rounds { get; } = int.Parse(Environment.GetEnvironmentVariable("EDGESMTP_ROUNDS") ?? "1", CultureInfo.InvariantCulture);

    /// <summary>Processors for the scanners alone, as taskset has them; <c>EDGESMTP_SCANNER_CORES</c>, by default all.</summary>
    public static string? ScannerCores { get; } = Environment.GetEnvironmentVariable("EDGESMTP_SCANNER_CORES");

    /// <summary>Whether the figures are wanted, and not only that there are some.</summary>
    public static bool IsFull => Rounds > 1;

    public static void Say(FormattableString text)
    {
        string line = text.ToString(CultureInfo.InvariantCulture);
        TestContext.Current.SendDiagnosticMessage(line);
        TestContext.Current.TestOutputHelper?.WriteLine(line);
    }
}
