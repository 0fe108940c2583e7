using System.Text;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Protocol.Smtp;

/// <summary>Parses the argument of RCPT (RFC 5321 §4.1.1.3).</summary>
/// <remarks>Spaces between <c>TO:</c> and the path are accepted, as in <see cref="MailCommandParser"/>.</remarks>
public static class RcptCommandParser
{
    /// <summary>Longest ORCPT= value, by which RFC 3461 §5 lengthens the command line.</summary>
    public const int OriginalRecipientMax = 500;

    /// <summary>Parses <c>TO:&lt;path&gt; parameters</c>.</summary>
    /// <param name="argument">What follows <c>RCPT</c>.</param>
    /// <param name="policy">The extensions offered in this session.</param>
    /// <param name="smtpUtf8">Whether MAIL of this transaction gave SMTPUTF8; without it a UTF-8 path is 553 5.6.7 (RFC 6531 §3.5).</param>
    /// <param name="command">The command; its default when an error is returned.</param>
    public static CommandError TryParse(ReadOnlySpan<byte> argument, in ParameterPolicy policy, bool smtpUtf8, out RcptCommand command)
    {
        command = default;
        if (argument.Length < 3 || !Ascii.EqualsIgnoreCase(argument[..3], "TO:"u8)) return CommandError.Syntax;
        PathError pathError = MailPathParser.TryParseForward(
            argument[3..].TrimStart((byte)' '), smtpUtf8, out MailPath path, out ReadOnlySpan<byte> rest);
        if (pathError != PathError.None) return CommandErrors.ForForwardPath(pathError);

        DsnNotify? notify = null;
        string? originalRecipient = null;
        ParameterReader parameters = new(rest);
        while (parameters.MoveNext())
        {
            if (policy.Dsn && Ascii.EqualsIgnoreCase(parameters.Keyword, "NOTIFY"u8))
            {
                if (notify is not null) return CommandError.RepeatedParameter;
                if (!TryParseNotify(parameters.Value, out DsnNotify value)) return CommandError.BadParameter;
                notify = value;
            }
            else if (policy.Dsn && Ascii.EqualsIgnoreCase(parameters.Keyword, "ORCPT"u8))
            {
                if (originalRecipient is not null) return CommandError.RepeatedParameter;
                if (!IsOriginalRecipient(parameters.Value, smtpUtf8)) return CommandError.BadParameter;
                originalRecipient = Encoding.UTF8.GetString(parameters.Value);
            }
            else
            {
                return CommandError.UnknownParameter;
            }
        }

        command = new RcptCommand { ForwardPath = path, Notify = notify ?? DsnNotify.Unspecified, OriginalRecipient = originalRecipient };
        return CommandError.None;
    }

    private static bool TryParseNotify(ReadOnlySpan<byte> value, out DsnNotify notify)
    {
        notify = DsnNotify.Unspecified;
        foreach (Range range in value.Split((byte)','))
        {
            ReadOnlySpan<byte> word = value[range];
            if (Ascii.EqualsIgnoreCase(word, "SUCCESS"u8)) notify |= DsnNotify.Success;
            else if (Ascii.EqualsIgnoreCase(word, "FAILURE"u8)) notify |= DsnNotify.Failure;
            else if (Ascii.EqualsIgnoreCase(word, "DELAY"u8)) notify |= DsnNotify.Delay;
            else if (Ascii.EqualsIgnoreCase(word, "NEVER"u8)) notify |= DsnNotify.Never;
            else return false;
        }

        // RFC 3461 §4.1: NEVER stands alone.
        return (notify & DsnNotify.Never) == 0 || notify == DsnNotify.Never;
    }

    /// <summary>RFC 3461 §4.2: addr-type ";" xtext. RFC 6533 §3: of type utf-8, in a transaction with SMTPUTF8, also UTF-8 itself.</summary>
    private static bool IsOriginalRecipient(ReadOnlySpan<byte> value, bool smtpUtf8)
    {
        if (value.Length > OriginalRecipientMax) return false;
        int semicolon = value.IndexOf((byte)';');
        if (semicolon < 1 || semicolon == value.Length - 1) return false;
        ReadOnlySpan<byte> type = value[..semicolon];
        foreach (byte b in type)
            if (!char.IsAsciiLetterOrDigit((char)b) && b != '-') return false;
        ReadOnlySpan<byte> address = value[(semicolon + 1)..];
        if (Ascii.IsValid(address)) return Xtext.IsPrintable(address);
        return smtpUtf8 && Ascii.EqualsIgnoreCase(type, "utf-8"u8) && Xtext.IsPrintableUtf8(address);
    }
}
