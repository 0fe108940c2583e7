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

    /// <summary>One attempt to deliver to one recipient.</summary>
    public const string Attempt = "attempt";

    /// <summary>A message left the queue.</summary>
    public const string Done = "done";
}
