namespace EdgeSmtp.Sessions.Access;

/// <summary>What follows when rules ask for the name of a client and the DNS does not tell.</summary>
public enum NameFailureAction : byte
{
    /// <summary>The rules are followed as if it had no name.</summary>
    Ignore,

    /// <summary>The client is sent away for now: 421 4.4.3.</summary>
    Defer,
}
