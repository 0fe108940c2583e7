namespace EdgeSmtp.Delivery.Routing;

/// <summary>How a route hands messages over.</summary>
public enum TransportKind : byte
{
    /// <summary>SMTP to the next hops, or to the domain's mail exchangers when none are named.</summary>
    Smtp,

    /// <summary>LMTP (RFC 2033) to the next hops; local delivery.</summary>
    Lmtp,

    /// <summary>QMTP to the next hops.</summary>
    Qmtp,

    /// <summary>Into Maildirs below our data directory; local delivery.</summary>
    Maildir,

    /// <summary>Nowhere: counted, logged and forgotten.</summary>
    Discard,
}
