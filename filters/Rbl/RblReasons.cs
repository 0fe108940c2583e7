using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.Rbl;

/// <summary>The reason for a listing, by what is listed and how it is answered.</summary>
internal static class RblReasons
{
    public static FilterReason For(RblSubject subject, RblReply reply) => (subject, reply) switch
    {
        (RblSubject.Client, RblReply.Reject) => RblFilter.Listed,
        (RblSubject.Client, _) => RblFilter.ListedForNow,
        (RblSubject.Hello, RblReply.Reject) => RblFilter.HelloListed,
        (RblSubject.Hello, _) => RblFilter.HelloListedForNow,
        (RblSubject.Sender, RblReply.Reject) => RblFilter.SenderListed,
        (RblSubject.Sender, _) => RblFilter.SenderListedForNow,
        (_, RblReply.Reject) => RblFilter.ClientNameListed,
        _ => RblFilter.ClientNameListedForNow,
    };
}
