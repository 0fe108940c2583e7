namespace EdgeSmtp.Protocol.Proxy;

/// <summary>What became of the first bytes of a connection that must begin with a PROXY header.</summary>
public enum ProxyParseResult : byte
{
    /// <summary>The header is not complete.</summary>
    NeedMore,

    /// <summary>The header is complete and good.</summary>
    Ok,

    /// <summary>There is no header, or a malformed or over-long one: close without a reply.</summary>
    Bad,
}
