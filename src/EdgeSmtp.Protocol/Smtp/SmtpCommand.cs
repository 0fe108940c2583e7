namespace EdgeSmtp.Protocol.Smtp;

/// <summary>One command line, cut into its verb and the rest. Points into the receive buffer: valid until the reader advances.</summary>
public readonly ref struct SmtpCommand
{
    /// <summary>Creates a command.</summary>
    /// <param name="verb">The verb.</param>
    /// <param name="argument">The bytes after the verb, without the spaces around them.</param>
    public SmtpCommand(SmtpVerb verb, ReadOnlySpan<byte> argument)
    {
        Verb = verb;
        Argument = argument;
    }

    /// <summary>The verb.</summary>
    public SmtpVerb Verb { get; }

    /// <summary>What follows the verb, without the spaces around it; the whole line for <see cref="SmtpVerb.Malformed"/>, <see cref="SmtpVerb.NonSmtp"/> and <see cref="SmtpVerb.Unknown"/>.</summary>
    public ReadOnlySpan<byte> Argument { get; }
}
