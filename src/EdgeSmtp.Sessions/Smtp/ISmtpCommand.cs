namespace EdgeSmtp.Sessions.Smtp;

/// <summary>What one verb does. One object serves every session.</summary>
internal interface ISmtpCommand
{
    /// <summary>Runs a command that the state table allows.</summary>
    /// <param name="session">The session.</param>
    /// <param name="argument">What follows the verb; valid until the command reads from the channel.</param>
    ValueTask<Next> RunAsync(SmtpSession session, ReadOnlyMemory<byte> argument);
}
