using System.Buffers;

namespace EdgeSmtp.Delivery.Content;

/// <summary>Cuts the header off a stored message.</summary>
internal static class MessageHeader
{
    /// <summary>The header, with the CRLF of its last field but without the empty line.</summary>
    /// <param name="content">The message, CRLF line ends.</param>
    /// <param name="bytesMax">Longest header to be copied; a longer one is cut at the end of a line.</param>
    public static byte[] Copy(ReadOnlySequence<byte> content, int bytesMax)
    {
        byte[] head = content.Slice(0, Math.Min(content.Length, bytesMax)).ToArray();
        ReadOnlySpan<byte> span = head;
        if (span.StartsWith("\r\n"u8))
        {
            return [];
        }

        int end = span.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            end = span.LastIndexOf("\r\n"u8);
        }

        return end < 0 ? [] : head[..(end + 2)];
    }
}
