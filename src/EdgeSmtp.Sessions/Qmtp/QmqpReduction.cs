namespace EdgeSmtp.Sessions.Qmtp;

/// <summary>QMQP has one reply for all recipients (cr.yp.to/proto/qmqp.html): all of them are accepted, or none is.</summary>
internal static class QmqpReduction
{
    /// <summary>The one reply: what refuses for now goes before what refuses for good, and that before acceptance.</summary>
    public static QmtpReply Reduce(PendingPackage package)
    {
        QmtpReply[] replies = package.Replies;
        QmtpReply reduced = replies.Length == 0 ? new QmtpReply(554, "5.5.1", "no recipients", package.Id) : replies[0];
        foreach (QmtpReply reply in replies)
        {
            if (RankOf(reply) > RankOf(reduced))
            {
                reduced = reply;
            }
        }

        return package.RecipientsDropped > 0 && RankOf(package.TooMany) > RankOf(reduced) ? package.TooMany : reduced;
    }

    private static int RankOf(in QmtpReply reply) => reply.Code < 400 ? 0 : reply.Code < 500 ? 2 : 1;
}
