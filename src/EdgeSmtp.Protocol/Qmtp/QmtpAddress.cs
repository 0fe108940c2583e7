using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Protocol.Qmtp;

/// <summary>Addresses as QMTP and QMQP carry them: the mailbox name itself, without the quotes of SMTP (cr.yp.to/proto/qmtp.txt §4).</summary>
public static class QmtpAddress
{
    /// <summary>Parses an address.</summary>
    /// <param name="address">The bytes of the netstring; empty is the null path. UTF-8 is taken (ruling: QMTP derives SMTPUTF8 from the bytes).</param>
    /// <param name="path">The path in SMTP's form: a name that needs quotes has got them.</param>
    /// <remarks>An address that is good SMTP as it stands is taken so. A name with <c>@</c>, quote or backslash in it is never quoted for the client: two readers could disagree on its domain.</remarks>
    public static PathError TryParse(ReadOnlySpan<byte> address, out MailPath path)
    {
        PathError error = MailPathParser.TryParse(address, allowUtf8: true, out path);
        if (error != PathError.Syntax) return error;
        int at = address.LastIndexOf((byte)'@');
        if (at < 1 || address[..at].IndexOfAny("@\"\\"u8) >= 0) return error;
        byte[] quoted = [.. LocalPartReader.Quote(address[..at]), .. address[at..]];
        return MailPathParser.TryParse(quoted, allowUtf8: true, out path);
    }

    /// <summary>The bytes that name the mailbox on the wire. Quotes stay where <see cref="TryParse"/> would not put them back.</summary>
    public static ReadOnlySpan<byte> ToWire(MailPath path)
    {
        ArgumentNullException.ThrowIfNull(path);
        ReadOnlySpan<byte> local = path.LocalPart;
        if (local.IsEmpty || local[0] != '"') return path.Bytes.Span;
        ReadOnlySpan<byte> raw = path.RawLocalPart();
        if (raw.IsEmpty || raw.IndexOfAny("@\"\\"u8) >= 0) return path.Bytes.Span;
        byte[] wire = [.. raw, .. path.Bytes.Span[local.Length..]];
        return wire;
    }
}
