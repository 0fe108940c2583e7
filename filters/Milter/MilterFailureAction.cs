namespace EdgeSmtp.Filters.Milter;

/// <summary>What becomes of a message whose milter fails.</summary>
public enum MilterFailureAction
{
    /// <summary>What <c>OnError</c> and <c>OnTimeout</c> say: deferred by default, rejected, or let through if the milter may only add fields.</summary>
    Policy,

    /// <summary>Accepted and held.</summary>
    Quarantine,
}
