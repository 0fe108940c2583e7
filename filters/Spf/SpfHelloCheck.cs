namespace EdgeSmtp.Filters.Spf;

/// <summary>When the HELO name is checked (RFC 7208 §2.3).</summary>
public enum SpfHelloCheck
{
    /// <summary>Only where it stands for an empty reverse-path, which it must (RFC 7208 §2.4).</summary>
    NullSender,

    /// <summary>In every transaction, beside the reverse-path; RFC 7208 §2.3 recommends it.</summary>
    Always,
}
