using System.Diagnostics;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Sessions.Mail;

namespace EdgeSmtp.Sessions.Qmtp;

/// <summary>A package that awaits its commit. What the log will say is copied, because the transaction has ended.</summary>
internal sealed class PendingPackage
{
    /// <summary>One reply for each recipient that was judged, in order; those that are open depend on the commit.</summary>
    public required QmtpReply[] Replies { get; init; }

    /// <summary>Recipients above the limit. They come behind the others, and all of them get <see cref="TooMany"/>.</summary>
    public required int RecipientsDropped { get; init; }

    /// <summary>The reply of each recipient above the limit.</summary>
    public required QmtpReply TooMany { get; init; }

    /// <summary>Id of the transaction.</summary>
    public required string Id { get; init; }

    /// <summary>The commit; <c>null</c> when every recipient is refused already.</summary>
    public Task<CommitResult>? Commit { get; set; }

    /// <summary>Timestamp of the commit's begin.</summary>
    public long Began { get; set; }

    /// <summary>Span of the transaction; <c>null</c> when it is not traced.</summary>
    public Activity? Span { get; set; }

    /// <summary>For the log.</summary>
    public CommittedMessage? Message { get; set; }
}
