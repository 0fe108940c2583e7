namespace EdgeSmtp.Filters.Spf.Evaluation;

/// <summary>What a step of an evaluation is.</summary>
public enum SpfStepKind : byte
{
    /// <summary>The record of a domain was found, or not.</summary>
    Record,

    /// <summary>The DNS was asked.</summary>
    Lookup,

    /// <summary>A mechanism was tried.</summary>
    Mechanism,

    /// <summary>A modifier was followed.</summary>
    Modifier,

    /// <summary>The explanation of a failure was fetched.</summary>
    Explanation,

    /// <summary>The operator's guess for a domain without record.</summary>
    Guess,
}
