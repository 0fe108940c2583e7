namespace EdgeSmtp.Tests.Backends.Clients;

/// <summary>The client's half of RFC 5321 §4.5.2, written apart from the product's own so that each checks the other.</summary>
internal static class DotStuffing
{
    /// <summary>Doubles the dot that begins a line and ends the data; the content ends with CRLF or gets one.</summary>
    public static byte[] Apply(ReadOnlySpan<byte> content)
    {
        using MemoryStream output = new(content.Length + 16);
        bool lineStart = true;
        foreach (byte b in content)
        {
            if (lineStart && b == '.')
                output.WriteByte((byte)'.');
            output.WriteByte(b);
            lineStart = b == '\n';
        }
        output.Write(content.Length == 0 || lineStart ? ".\r\n"u8 : "\r\n.\r\n"u8);
        return output.ToArray();
    }
}
