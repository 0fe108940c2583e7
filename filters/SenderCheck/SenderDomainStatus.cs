namespace EdgeSmtp.Filters.SenderCheck;

/// <summary>What the DNS says of the domain of a sender.</summary>
internal enum SenderDomainStatus : byte
{
    /// <summary>It takes mail: it has an MX or an address.</summary>
    Good,

    /// <summary>It certainly has neither.</summary>
    Unknown,

    /// <summary>It says that it takes no mail (RFC 7505).</summary>
    NullMx,

    /// <summary>The DNS does not say.</summary>
    TemporaryFailure,
}
