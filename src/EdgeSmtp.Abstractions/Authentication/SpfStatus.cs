namespace EdgeSmtp.Abstractions.Authentication;

/// <summary>The seven results of SPF (RFC 7208 §2.6).</summary>
public enum SpfStatus : byte
{
    /// <summary>No record, or no domain that could have one.</summary>
    None,

    /// <summary>The domain says nothing of the client.</summary>
    Neutral,

    /// <summary>The client may send for the domain.</summary>
    Pass,

    /// <summary>The client may not send for the domain.</summary>
    Fail,

    /// <summary>The client probably may not.</summary>
    SoftFail,

    /// <summary>The DNS did not say; later it may.</summary>
    TempError,

    /// <summary>The record cannot be understood or asks too much.</summary>
    PermError,
}
