using System.Buffers.Text;
using System.Text;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Protocol.Smtp;

/// <summary>Parses the argument of MAIL (RFC 5321 §4.1.1.2).</summary>
/// <remarks>Spaces between <c>FROM:</c> and the path are accepted: RFC 5321 §3.3 forbids them, but clients in use send them and nothing can be smuggled in them.</remarks>
public static class MailCommandParser
{
    /// <summary>Longest ENVID= value (RFC 3461 §4.4).</summary>
    public const int EnvelopeIdMax = 100;

    /// <summary>Longest AUTH= value, by which RFC 4954 §3 lengthens the command line.</summary>
    public const int AuthParameterMax = 500;

    /// <summary>RFC 1870 §6: size-value = 1*20DIGIT.</summary>
    private const int SizeDigitsMax = 20;

    /// <summary>Parses <c>FROM:&lt;path&gt; parameters</c>.</summary>
    /// <param name="argument">What follows <c>MAIL</c>.</param>
    /// <param name="policy">The extensions offered in this session.</param>
    /// <param name="command">The command; its default when an error is returned.</param>
    public static CommandError TryParse(ReadOnlySpan<byte> argument, in ParameterPolicy policy, out MailCommand command)
    {
        command = default;
        if (argument.Length < 5 || !Ascii.EqualsIgnoreCase(argument[..5], "FROM:"u8)) return CommandError.Syntax;
        // The path is read before the parameters that say whether it may be UTF-8, so that is judged afterwards (RFC 6531 §3.4).
        PathError pathError = MailPathParser.TryParseReverse(
            argument[5..].TrimStart((byte)' '), allowUtf8: true, out MailPath path, out ReadOnlySpan<byte> rest);
        if (pathError != PathError.None) return CommandErrors.ForReversePath(pathError);

        MailCommand parsed = new() { ReversePath = path };
        Seen seen = Seen.None;
        ParameterReader parameters = new(rest);
        while (parameters.MoveNext())
        {
            Seen name = Find(parameters.Keyword, policy);
            if (name == Seen.None) return CommandError.UnknownParameter;
            if ((seen & name) != 0) return CommandError.RepeatedParameter;
            seen |= name;
            if (!Apply(name, parameters, policy, ref parsed)) return CommandError.BadParameter;
        }

        // RFC 6531 §3.5: 553 5.6.7 when the address needs the extension and the client did not ask for it.
        if (!path.IsAscii && !parsed.SmtpUtf8) return CommandError.Utf8NotAllowed;
        command = parsed;
        return CommandError.None;
    }

    private static Seen Find(ReadOnlySpan<byte> keyword, in ParameterPolicy policy)
    {
        if (policy.Size && Ascii.EqualsIgnoreCase(keyword, "SIZE"u8)) return Seen.Size;
        if (policy.EightBitMime && Ascii.EqualsIgnoreCase(keyword, "BODY"u8)) return Seen.Body;
        if (policy.SmtpUtf8 && Ascii.EqualsIgnoreCase(keyword, "SMTPUTF8"u8)) return Seen.SmtpUtf8;
        if (policy.Dsn && Ascii.EqualsIgnoreCase(keyword, "RET"u8)) return Seen.Return;
        if (policy.Dsn && Ascii.EqualsIgnoreCase(keyword, "ENVID"u8)) return Seen.EnvelopeId;
        if (policy.Auth && Ascii.EqualsIgnoreCase(keyword, "AUTH"u8)) return Seen.Auth;
        return Seen.None;
    }

    private static bool Apply(Seen name, in ParameterReader parameter, in ParameterPolicy policy, ref MailCommand command)
    {
        ReadOnlySpan<byte> value = parameter.Value;
        switch (name)
        {
            case Seen.Size:
                if (!TryParseSize(value, out long size)) return false;
                command = command with { SizeBytes = size };
                return true;
            case Seen.Body:
                if (!TryParseBody(value, policy, out BodyType body)) return false;
                command = command with { Body = body };
                return true;
            case Seen.SmtpUtf8:
                command = command with { SmtpUtf8 = true };
                return !parameter.HasValue;
            case Seen.Return:
                command = command with { Return = Ascii.EqualsIgnoreCase(value, "FULL"u8) ? DsnReturn.Full : DsnReturn.Headers };
                return Ascii.EqualsIgnoreCase(value, "FULL"u8) || Ascii.EqualsIgnoreCase(value, "HDRS"u8);
            case Seen.EnvelopeId:
                // RFC 3461 §4.4: printable after decoding, so that it can stand in the report.
                if (value.Length > EnvelopeIdMax || !Xtext.IsPrintable(value)) return false;
                command = command with { EnvelopeId = Encoding.ASCII.GetString(value) };
                return true;
            default:
                // RFC 4954 §5: a mailbox in xtext, or "<>" when the submitter is unknown.
                if (value.Length > AuthParameterMax || !(value.SequenceEqual("<>"u8) || Xtext.IsPrintable(value))) return false;
                command = command with { AuthParameter = Encoding.ASCII.GetString(value) };
                return true;
        }
    }

    private static bool TryParseSize(ReadOnlySpan<byte> value, out long size)
    {
        size = 0;
        if (value.IsEmpty || value.Length > SizeDigitsMax || value.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0) return false;
        // Twenty digits pass any long; such a message is too large for every limit, which is the limit's to say.
        if (!Utf8Parser.TryParse(value, out size, out int used) || used != value.Length) size = long.MaxValue;
        return true;
    }

    private static bool TryParseBody(ReadOnlySpan<byte> value, in ParameterPolicy policy, out BodyType body)
    {
        body = BodyType.SevenBit;
        if (Ascii.EqualsIgnoreCase(value, "7BIT"u8)) return true;
        body = BodyType.EightBitMime;
        if (Ascii.EqualsIgnoreCase(value, "8BITMIME"u8)) return true;
        body = BodyType.BinaryMime;
        return policy.BinaryMime && Ascii.EqualsIgnoreCase(value, "BINARYMIME"u8);
    }

    [Flags]
    private enum Seen : byte
    {
        None = 0,
        Size = 1,
        Body = 2,
        SmtpUtf8 = 4,
        Return = 8,
        EnvelopeId = 16,
        Auth = 32,
    }
}
