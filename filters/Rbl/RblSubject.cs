namespace EdgeSmtp.Filters.Rbl;

/// <summary>What is looked up in a list.</summary>
public enum RblSubject
{
    /// <summary>The address of the client (RFC 5782 §2.1, §2.4).</summary>
    Client,

    /// <summary>The name that it gave with HELO or EHLO (RFC 5782 §4).</summary>
    Hello,

    /// <summary>The domain of the reverse-path.</summary>
    Sender,

    /// <summary>The name of the client by forward-confirmed reverse DNS, which the filter asks for when the session does not know it.</summary>
    ClientName,
}
