namespace EdgeSmtp.Filters.Rbl;

/// <summary>How a listing is answered.</summary>
public enum RblReply
{
    /// <summary>5yz: for good.</summary>
    Reject,

    /// <summary>4yz: the client may come back when it is no longer listed.</summary>
    Defer,
}
