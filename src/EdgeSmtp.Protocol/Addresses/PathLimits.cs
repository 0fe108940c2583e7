namespace EdgeSmtp.Protocol.Addresses;

/// <summary>The sizes of RFC 5321 §4.5.3.1, in octets, also for UTF-8 (RFC 6531 §3.3 keeps them).</summary>
/// <remarks>They are minimums there and maximums here: nothing that is deliverable in practice is longer, and every table key stays small.</remarks>
public static class PathLimits
{
    /// <summary>Longest local part, quotes and backslashes included (RFC 5321 §4.5.3.1.1).</summary>
    public const int LocalPartBytesMax = 64;

    /// <summary>Longest domain as written and as A-labels (RFC 5321 §4.5.3.1.2).</summary>
    public const int DomainBytesMax = 255;

    /// <summary>Longest label of a domain as A-label (RFC 1035 §2.3.4).</summary>
    public const int LabelBytesMax = 63;

    /// <summary>Longest path with its angle brackets and source route (RFC 5321 §4.5.3.1.3); 254 are left between the brackets.</summary>
    public const int PathBytesMax = 256;
}
