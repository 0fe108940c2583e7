using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Sessions.Smtp;

/// <summary>Which verb is allowed in which state, and the reply to one that is not. What an allowed verb leads to is its command's to say.</summary>
internal static class StateTable
{
    private static readonly SmtpReply?[,] Refusals = Build();

    /// <summary>The reply to a verb that is out of sequence; <c>null</c> when it is allowed.</summary>
    public static SmtpReply? Refuse(SmtpState state, SmtpVerb verb) => Refusals[(int)state, (int)verb];

    private static SmtpReply?[,] Build()
    {
        SmtpReply?[,] table = new SmtpReply?[(int)SmtpState.HealthCheck + 1, (int)SmtpVerb.XClient + 1];

        // RFC 5321 §4.1.4: a client MUST introduce itself before a transaction. RFC 3207 §4: STARTTLS is known from EHLO only.
        Set(table, SmtpState.Greeted, SmtpReplies.HelloFirst, SmtpVerb.Mail, SmtpVerb.Rcpt, SmtpVerb.Data, SmtpVerb.Bdat, SmtpVerb.StartTls);
        Set(table, SmtpState.Ready, SmtpReplies.MailFirst, SmtpVerb.Rcpt, SmtpVerb.Data, SmtpVerb.Bdat);

        // RFC 5321 §4.1.4: MAIL must not be sent while a transaction is open. DATA without recipients is the command's to answer: 503 or 554.
        Set(table, SmtpState.Mail, SmtpReplies.NestedMail, SmtpVerb.Mail);
        Set(table, SmtpState.Rcpt, SmtpReplies.NestedMail, SmtpVerb.Mail);

        // RFC 3030 §2: between chunks only BDAT, RSET and what changes nothing.
        Set(table, SmtpState.Bdat, SmtpReplies.NestedMail, SmtpVerb.Mail);
        Set(table, SmtpState.Bdat, SmtpReplies.BadSequence, SmtpVerb.Rcpt, SmtpVerb.StartTls);
        Set(table, SmtpState.Bdat, SmtpReplies.DataNotAllowed, SmtpVerb.Data);

        // RFC 5321 §3.1: 503 to everything but QUIT.
        foreach (SmtpVerb verb in Enum.GetValues<SmtpVerb>())
        {
            if (verb is not (SmtpVerb.Quit or SmtpVerb.Unknown or SmtpVerb.Malformed or SmtpVerb.NonSmtp))
            {
                Set(table, SmtpState.Refused, SmtpReplies.BadSequence, verb);
            }
        }

        Set(table, SmtpState.HealthCheck, SmtpReplies.AccessDenied, SmtpVerb.Mail);
        Set(table, SmtpState.HealthCheck, SmtpReplies.MailFirst, SmtpVerb.Rcpt, SmtpVerb.Data, SmtpVerb.Bdat);
        Set(table, SmtpState.HealthCheck, SmtpReplies.NotImplemented, SmtpVerb.StartTls);
        return table;
    }

    private static void Set(SmtpReply?[,] table, SmtpState state, SmtpReply reply, params ReadOnlySpan<SmtpVerb> verbs)
    {
        foreach (SmtpVerb verb in verbs)
        {
            table[(int)state, (int)verb] = reply;
        }
    }
}
