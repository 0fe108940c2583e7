namespace EdgeSmtp.Abstractions;

/// <summary>What a fact is about.</summary>
public enum FactScope : byte
{
    /// <summary>The session.</summary>
    Session,

    /// <summary>The transaction.</summary>
    Transaction,

    /// <summary>One recipient.</summary>
    Recipient,
}
