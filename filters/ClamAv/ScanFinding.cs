namespace EdgeSmtp.Filters.ClamAv;

/// <summary>What a scan came to.</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Detail">Name of the find, or why it was not scanned: printable ASCII, bounded.</param>
internal sealed record ScanFinding(ScanStatus Status, string Detail)
{
    public static ScanFinding Clean { get; } = new(ScanStatus.Clean, string.Empty);
}
