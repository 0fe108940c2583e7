using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace EdgeSmtp.Filters.Exec;

/// <summary>The line ends of SMTP and of qmail.</summary>
internal static class LineEnds
{
    /// <summary>Writes a message with LF line ends.</summary>
    /// <exception cref="InvalidDataException">A CR or LF stands alone, as in binary content: qmail has no form for it.</exception>
    public static void WriteWithLf(in ReadOnlySequence<byte> content, Stream output)
    {
        bool isCrBefore = false;
        foreach (ReadOnlyMemory<byte> memory in content)
        {
            ReadOnlySpan<byte> rest = memory.Span;
            while (!rest.IsEmpty)
            {
                int at = rest.IndexOfAny((byte)'\r', (byte)'\n');
                bool isLf = at >= 0 && rest[at] == '\n';
                if (isCrBefore ? !isLf || at > 0 : isLf)
                {
                    throw new InvalidDataException("the message has a CR or LF that stands alone");
                }

                output.Write(at < 0 ? rest : isLf ? rest[..(at + 1)] : rest[..at]);
                isCrBefore = at >= 0 && !isLf;
                rest = at < 0 ? default : rest[(at + 1)..];
            }
        }

        if (isCrBefore)
        {
            throw new InvalidDataException("the message ends in a CR");
        }
    }

    /// <summary>Turns LF line ends into CRLF.</summary>
    /// <returns><c>false</c> when there is a CR: what it means to the next reader nobody can say.</returns>
    public static bool TryMakeCrLf(ReadOnlySpan<byte> text, [NotNullWhen(true)] out byte[]? result)
    {
        result = null;
        if (text.Contains((byte)'\r'))
        {
            return false;
        }

        byte[] made = new byte[text.Length + text.Count((byte)'\n')];
        Span<byte> target = made;
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? text : text[..end];
            line.CopyTo(target);
            target = target[line.Length..];
            if (end >= 0)
            {
                "\r\n"u8.CopyTo(target);
                target = target[2..];
            }

            text = text[(end < 0 ? text.Length : end + 1)..];
        }

        result = made;
        return true;
    }
}
