using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>What the log says of a message that is ours.</summary>
/// <param name="Id">Its id.</param>
/// <param name="From">The reverse-path.</param>
/// <param name="To">The recipients as text.</param>
/// <param name="Recipients">How many.</param>
/// <param name="SizeBytes">Bytes of content.</param>
/// <param name="Delay">Time that the commit took.</param>
/// <param name="IsDiscarded">Whether it was accepted and dropped.</param>
internal sealed record CommittedMessage(string Id, MailPath From, string To, int Recipients, long SizeBytes, TimeSpan Delay, bool IsDiscarded)
{
    /// <summary>Ids under which recipients whose message differs have it, beside <see cref="Id"/>; <c>null</c> when all have the same.</summary>
    public string? FurtherIds { get; init; }

    /// <summary>Id of its trace; <c>null</c> when it is not traced.</summary>
    public string? TraceId { get; init; }
}
