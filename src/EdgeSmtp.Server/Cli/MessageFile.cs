using System.Buffers;

namespace EdgeSmtp.Server.Cli;

/// <summary>Reads a message file as it has to be sent: every line ended by CRLF.</summary>
internal static class MessageFile
{
    /// <summary>Reads it.</summary>
    /// <param name="path">The file; <c>-</c> for standard input.</param>
    public static ReadOnlySequence<byte> Read(string path)
    {
        if (path != "-")
        {
            return new ReadOnlySequence<byte>(WithLineEnds(File.ReadAllBytes(path)));
        }

        using Stream input = Console.OpenStandardInput();
        using MemoryStream copy = new();
        input.CopyTo(copy);
        return new ReadOnlySequence<byte>(WithLineEnds(copy.ToArray()));
    }

    /// <summary>Turns LF into CRLF, and ends the last line.</summary>
    /// <param name="text">A message as editors write it.</param>
    public static byte[] WithLineEnds(ReadOnlySpan<byte> text)
    {
        ArrayBufferWriter<byte> result = new(text.Length + 64);
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? text : text[..end];
            result.Write(line.EndsWith("\r"u8) ? line[..^1] : line);
            result.Write("\r\n"u8);
            text = end < 0 ? default : text[(end + 1)..];
        }

        return result.WrittenSpan.ToArray();
    }
}
