namespace EdgeSmtp.Abstractions.Dns;

/// <summary>Types of records that can be asked for; values are those of the IANA registry.</summary>
public enum DnsRecordType : ushort
{
    /// <summary>IPv4 address.</summary>
    A = 1,

    /// <summary>Alias.</summary>
    Cname = 5,

    /// <summary>Start of authority.</summary>
    Soa = 6,

    /// <summary>Pointer, for reverse DNS.</summary>
    Ptr = 12,

    /// <summary>Mail exchanger.</summary>
    Mx = 15,

    /// <summary>Text.</summary>
    Txt = 16,

    /// <summary>IPv6 address.</summary>
    Aaaa = 28,

    /// <summary>TLS certificate association (RFC 6698).</summary>
    Tlsa = 52,
}
