namespace EdgeSmtp.Protocol.Smtp;

/// <summary>Cuts a command line into verb and argument (RFC 5321 §4.1.1). Allocates nothing.</summary>
public static class SmtpCommandParser
{
    /// <summary>Parses a line. The caller bounds its length (RFC 5321 §4.5.3.1.4).</summary>
    /// <param name="line">The line without its CRLF.</param>
    /// <returns>The command. White space at the end is dropped (RFC 5321 §4.1.1 lets receivers tolerate it); verbs are taken in any case (§2.4).</returns>
    public static SmtpCommand Parse(ReadOnlySpan<byte> line)
    {
        // A ClientHello begins with record type 22 and major version 3 (RFC 8446 §5.1); it may hold any byte, so it is looked for first.
        if (line.Length > 1 && line[0] == 0x16 && line[1] == 0x03) return new SmtpCommand(SmtpVerb.NonSmtp, line);
        // RFC 5321 §2.3.8: a line ends in CRLF only; a bare CR or LF inside is how commands are smuggled through a laxer server.
        if (line.IndexOfAny((byte)'\r', (byte)'\n', (byte)0) >= 0) return new SmtpCommand(SmtpVerb.Malformed, line);

        int space = line.IndexOf((byte)' ');
        ReadOnlySpan<byte> word = space < 0 ? line.TrimEnd(" \t"u8) : line[..space];
        SmtpVerb verb = FindVerb(word);
        if (verb == SmtpVerb.Unknown && word.StartsWith("SSH-"u8)) verb = SmtpVerb.NonSmtp;
        if (verb is SmtpVerb.Unknown or SmtpVerb.NonSmtp) return new SmtpCommand(verb, line);
        return new SmtpCommand(verb, space < 0 ? default : line[space..].TrimStart((byte)' ').TrimEnd(" \t"u8));
    }

    private static SmtpVerb FindVerb(ReadOnlySpan<byte> word)
    {
        if (word.Length is < 3 or > 8) return SmtpVerb.Unknown;
        ulong packed = 0;
        // Clearing bit 5 makes letters upper-case, and no other byte becomes a letter that is looked for below.
        for (int i = 0; i < word.Length; i++) packed |= (ulong)(word[i] & 0xDF) << (8 * i);
        return VerbOf(packed);
    }

    private static SmtpVerb VerbOf(ulong packed) => packed switch
    {
        PackedVerb.Helo => SmtpVerb.Helo,
        PackedVerb.Ehlo => SmtpVerb.Ehlo,
        PackedVerb.Lhlo => SmtpVerb.Lhlo,
        PackedVerb.Mail => SmtpVerb.Mail,
        PackedVerb.Rcpt => SmtpVerb.Rcpt,
        PackedVerb.Data => SmtpVerb.Data,
        PackedVerb.Bdat => SmtpVerb.Bdat,
        PackedVerb.Rset => SmtpVerb.Rset,
        PackedVerb.Vrfy => SmtpVerb.Vrfy,
        PackedVerb.Expn => SmtpVerb.Expn,
        PackedVerb.Help => SmtpVerb.Help,
        PackedVerb.Noop => SmtpVerb.Noop,
        PackedVerb.Quit => SmtpVerb.Quit,
        PackedVerb.StartTls => SmtpVerb.StartTls,
        PackedVerb.Auth => SmtpVerb.Auth,
        PackedVerb.Etrn => SmtpVerb.Etrn,
        PackedVerb.Turn => SmtpVerb.Turn,
        PackedVerb.XClient => SmtpVerb.XClient,
        PackedVerb.Get or PackedVerb.Post or PackedVerb.Put or PackedVerb.Head or PackedVerb.Options or PackedVerb.Connect
            or PackedVerb.Delete or PackedVerb.Patch or PackedVerb.Trace or PackedVerb.Pri => SmtpVerb.NonSmtp,
        _ => SmtpVerb.Unknown,
    };
}
