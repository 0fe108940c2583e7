namespace EdgeSmtp.Protocol.Mime;

/// <summary>The escape sequences by which ISO-2022-JP and ISO-2022-KR go from one character set to the next (RFC 1468, RFC 1554, RFC 1557, and those of JIS X 0201 and JIS X 0213).</summary>
/// <remarks>
/// Without them every letter of ASCII is its own byte; bytes of the other sets look like letters, and are taken for such. Those that reach into ISO 8859 are left out: programs that do not know
/// them show their last letters.
/// </remarks>
internal static class EscapeSequences
{
    public const byte Escape = 0x1B;

    /// <summary>Bytes of the sequence that a text begins with; 0 for none that is known.</summary>
    public static int Length(ReadOnlySpan<byte> text)
    {
        if (text.Length < 3 || text[0] != Escape) return 0;
        return (text[1], text[2]) switch
        {
            ((byte)'(', (byte)'B' or (byte)'J' or (byte)'I') => 3,
            ((byte)'$', (byte)'@' or (byte)'B' or (byte)'A') => 3,
            ((byte)'$', (byte)'(') when text.Length > 3 && text[3] is (byte)'C' or (byte)'D' or (byte)'O' or (byte)'P' or (byte)'Q' => 4,
            ((byte)'$', (byte)')') when text.Length > 3 && text[3] == 'C' => 4,
            _ => 0,
        };
    }
}
