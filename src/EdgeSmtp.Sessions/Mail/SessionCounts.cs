namespace EdgeSmtp.Sessions.Mail;

/// <summary>What happened in a session, for its last line in the log.</summary>
internal sealed class SessionCounts
{
    public long Commands { get; set; }

    public long Errors { get; set; }

    public long Messages { get; set; }

    public long RecipientsAccepted { get; set; }

    public long RecipientsRefused { get; set; }

    public long ContentBytes { get; set; }
}
