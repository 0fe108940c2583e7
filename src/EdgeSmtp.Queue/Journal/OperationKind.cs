namespace EdgeSmtp.Queue.Journal;

/// <summary>Who asked for a frame.</summary>
internal enum OperationKind : byte
{
    /// <summary>New mail: refused before the reserve is touched.</summary>
    Submit,

    /// <summary>A delivery.</summary>
    Settle,

    /// <summary>An operator.</summary>
    Operator,

    /// <summary>A message in the place of another: adds bytes, so it is refused as new mail is.</summary>
    Replace,

    /// <summary>Compaction: a batch of its own.</summary>
    Copy,

    /// <summary>Nobody writes anything; it completes when everything before it is durable.</summary>
    Barrier,
}
