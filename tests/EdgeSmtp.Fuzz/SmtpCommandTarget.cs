using System.Buffers;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Fuzz;

/// <summary>A command line: nothing of one that another server could read as two is interpreted, and what is taken of the others can stand in logs, traces and reports.</summary>
public sealed class SmtpCommandTarget : IFuzzTarget
{
    /// <summary>What may stand for a client in a trace field: no comment, clause or line end can be made of it (RFC 5321 §4.4).</summary>
    private static readonly SearchValues<char> TraceNameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]?");

    public string Name => "smtp-command";

    public IReadOnlyList<string> Assemblies => ["EdgeSmtp.Protocol.dll"];

    public void Run(ReadOnlySpan<byte> input)
    {
        SmtpCommand command = SmtpCommandParser.Parse(input);
        if (input.IndexOfAny((byte)'\r', (byte)'\n', (byte)0) >= 0) Broken.Unless(command.Verb is SmtpVerb.Malformed or SmtpVerb.NonSmtp, "a line with a line end in it is no command");
        switch (command.Verb)
        {
            case SmtpVerb.Helo or SmtpVerb.Ehlo or SmtpVerb.Lhlo:
                CheckHello(command.Argument);
                break;
            case SmtpVerb.Mail:
                CheckMail(command.Argument);
                break;
            case SmtpVerb.Rcpt:
                CheckRcpt(command.Argument);
                break;
            case SmtpVerb.Bdat:
                CommandError error = BdatCommand.TryParse(command.Argument, out BdatCommand bdat);
                Broken.Unless(bdat.SizeBytes >= 0 && (error == CommandError.None || bdat == default), "a chunk has a size or there is none");
                break;
        }
    }

    private static void CheckHello(ReadOnlySpan<byte> argument)
    {
        if (HelloArgument.TryParse(argument, out HelloArgument hello) != CommandError.None) return;
        Broken.Unless(hello.Name.Length is > 0 and <= HelloArgument.NameBytesMax && IsPrintable(hello.Name), "a name is short and printable");
        // A domain may be one of U-labels, which are letters.
        foreach (char c in hello.TraceName) Broken.Unless(TraceNameCharacters.Contains(c) || (c >= 0xA0 && hello.Form == HelloForm.Domain), $"'{hello.TraceName}' fits a trace field");
    }

    private static void CheckMail(ReadOnlySpan<byte> argument)
    {
        CommandError error = MailCommandParser.TryParse(argument, ParameterPolicy.All, out MailCommand mail);
        bool isBare = MailCommandParser.TryParse(argument, default, out MailCommand bare) == CommandError.None;
        Broken.Unless(!isBare || bare == mail, "what needs no extension is the same with all of them");
        if (error != CommandError.None)
        {
            Broken.Unless(mail == default && !CommandErrors.ReplyFor(error).IsPositive, "an error comes without a command");
            return;
        }

        CheckedPath.Check(mail.ReversePath);
        Broken.Unless(mail.SmtpUtf8 || mail.ReversePath.IsAscii, "UTF-8 needs its extension");
        Broken.Unless(mail.SizeBytes is null or >= 0, "a size is one");
        CheckXtext(mail.EnvelopeId, MailCommandParser.EnvelopeIdMax);
        if (mail.AuthParameter is not "<>") CheckXtext(mail.AuthParameter, MailCommandParser.AuthParameterMax);
    }

    private static void CheckRcpt(ReadOnlySpan<byte> argument)
    {
        CommandError error = RcptCommandParser.TryParse(argument, ParameterPolicy.All, smtpUtf8: true, out RcptCommand rcpt);
        bool isAscii = RcptCommandParser.TryParse(argument, ParameterPolicy.All, smtpUtf8: false, out RcptCommand ascii) == CommandError.None;
        Broken.Unless(!isAscii || (ascii == rcpt && ascii.ForwardPath.IsAscii), "what needs no UTF-8 is the same with it");
        if (error != CommandError.None)
        {
            Broken.Unless(rcpt == default && !CommandErrors.ReplyFor(error).IsPositive, "an error comes without a command");
            return;
        }

        Broken.Unless(!rcpt.ForwardPath.IsNull, "a recipient is somebody");
        CheckedPath.Check(rcpt.ForwardPath);
        Broken.Unless((rcpt.Notify & DsnNotify.Never) == 0 || rcpt.Notify == DsnNotify.Never, "never stands alone");
        string original = rcpt.OriginalRecipient ?? "rfc822;x";
        Broken.Unless(original.Contains(';', StringComparison.Ordinal) && original.Length <= RcptCommandParser.OriginalRecipientMax && IsPrintable(original), "an original recipient is short and printable");
    }

    private static void CheckXtext(string? value, int lengthMax)
    {
        if (value is null) return;
        Broken.Unless(value.Length <= lengthMax && !value.AsSpan().ContainsAnyExceptInRange('!', '~'), "a parameter is short and printable");
        Broken.Unless(Xtext.TryDecode(System.Text.Encoding.ASCII.GetBytes(value), out string? decoded) && IsPrintable(decoded), "and so is what it says");
    }

    private static bool IsPrintable(string text)
    {
        foreach (char c in text)
        {
            if (char.IsControl(c) || c is '\u2028' or '\u2029') return false;
        }

        return true;
    }
}
