namespace EdgeSmtp.Sessions.Pending;

/// <summary>What becomes of a message whose filters never spoke.</summary>
public enum GiveUpAction : byte
{
    /// <summary>It goes to quarantine.</summary>
    Quarantine,

    /// <summary>It is delivered with a header field that says so.</summary>
    Deliver,
}
