namespace EdgeSmtp.Delivery.Mx;

/// <summary>What the DNS says of where mail for a domain goes.</summary>
public enum MxStatus : byte
{
    /// <summary>There are hosts to try.</summary>
    Found,

    /// <summary>Not known now: defer.</summary>
    TemporaryFailure,

    /// <summary>The domain does not exist.</summary>
    NoDomain,

    /// <summary>The domain takes no mail (RFC 7505).</summary>
    NullMx,

    /// <summary>None of its hosts has an address, or only such as we may not send to.</summary>
    NoAddress,

    /// <summary>We are its best mail host ourselves: the message would come back.</summary>
    Loop,
}
