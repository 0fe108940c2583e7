namespace EdgeSmtp.Core.Events;

/// <summary>Kinds of entries in the event log, and the names of their common fields.</summary>
public static class EventNames
{
    /// <summary>A session ended.</summary>
    public const string SessionEnd = "session-end";

    /// <summary>A recipient, a transaction or a session was refused.</summary>
    public const string Refused = "refused";

    /// <summary>A message is ours.</summary>
    public const string Committed = "committed";

    /// <summary>A message is ours and waits for filters.</summary>
    public const string Pending = "pending";

    /// <summary>Filters were asked again about a message that waited for them.</summary>
    public const string Judged = "judged";

    /// <summary>A recipient's copy went to quarantine.</summary>
    public const string Quarantined = "quarantined";

    /// <summary>A recipient's copy left the quarantine for delivery.</summary>
    public const string Released = "released";

    /// <summary>A message in quarantine was deleted by an operator.</summary>
    public const string Deleted = "deleted";

    /// <summary>A message in quarantine was deleted at the end of its time, or for want of room.</summary>
    public const string Expired = "expired";

    /// <summary>One attempt to deliver to one recipient.</summary>
    public const string Attempt = "attempt";

    /// <summary>A message left the queue.</summary>
    public const string Done = "done";
}
