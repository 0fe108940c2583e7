namespace EdgeSmtp.Tests.Backends.Clients;

/// <summary>Line ends of test messages: CRLF on the wire, LF in files.</summary>
internal static class Newlines
{
    public static byte[] ToLf(ReadOnlySpan<byte> crlf)
    {
        using MemoryStream output = new(crlf.Length);
        for (int i = 0; i < crlf.Length; i++)
            if (crlf[i] != '\r' || i + 1 == crlf.Length || crlf[i + 1] != '\n')
                output.WriteByte(crlf[i]);
        return output.ToArray();
    }
}
