using System.Buffers;

namespace EdgeSmtp.Client.Qmtp;

/// <summary>Text with CRLF line ends on its way to LF ones. Where every CR has its LF and every LF its CR, that is: without the CRs.</summary>
internal static class LfText
{
    /// <summary>Whether the content is such text, and how long it is with LF line ends.</summary>
    public static bool TryMeasure(in ReadOnlySequence<byte> content, out long length)
    {
        long lines = 0;
        bool isCrBefore = false;
        length = 0;
        foreach (ReadOnlyMemory<byte> memory in content)
        {
            ReadOnlySpan<byte> rest = memory.Span;
            while (!rest.IsEmpty)
            {
                if (isCrBefore && rest[0] != '\n') return false;
                int at = rest.IndexOfAny((byte)'\r', (byte)'\n');
                if (at < 0) break;
                if (rest[at] == '\n')
                {
                    // The LF must be the first byte behind a CR.
                    if (!isCrBefore || at > 0) return false;
                    lines++;
                }

                isCrBefore = rest[at] == '\r';
                rest = rest[(at + 1)..];
            }
        }

        length = content.Length - lines;
        return !isCrBefore;
    }

    /// <summary>Writes a piece of such text, cut anywhere.</summary>
    public static void Write(ReadOnlySpan<byte> piece, IBufferWriter<byte> output)
    {
        while (!piece.IsEmpty)
        {
            int cr = piece.IndexOf((byte)'\r');
            output.Write(cr < 0 ? piece : piece[..cr]);
            piece = cr < 0 ? default : piece[(cr + 1)..];
        }
    }
}
