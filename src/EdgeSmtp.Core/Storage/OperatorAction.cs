namespace EdgeSmtp.Core.Storage;

/// <summary>What an operator may do to a queued message.</summary>
public enum OperatorAction : byte
{
    /// <summary>Make it due now.</summary>
    Retry,

    /// <summary>Drop it without a report.</summary>
    Remove,

    /// <summary>Hold it.</summary>
    Hold,

    /// <summary>Release it, due now.</summary>
    Release,
}
