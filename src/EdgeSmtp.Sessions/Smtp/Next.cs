namespace EdgeSmtp.Sessions.Smtp;

/// <summary>What the command loop does after a command.</summary>
internal enum Next : byte
{
    /// <summary>Reads the next command.</summary>
    Command,

    /// <summary>Sends what was written and closes so that it arrives. Why stands in <see cref="SmtpSession.End"/>.</summary>
    Close,

    /// <summary>Closes without another byte, since the connection is in no state to carry one.</summary>
    Drop,
}
