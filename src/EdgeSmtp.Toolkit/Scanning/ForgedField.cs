using System.Buffers;
using System.Text;
using EdgeSmtp.Protocol.Content;

namespace EdgeSmtp.Toolkit.Scanning;

/// <summary>Finds out whether a message came with a field that only we may write. Thread-safe.</summary>
/// <param name="name">Name of the field, ASCII.</param>
public sealed class ForgedField(string name)
{
    private const int HeaderBytesMax = 1024 * 1024;

    private readonly byte[] _name = Encoding.ASCII.GetBytes(name);

    /// <summary>Whether the header holds the field. Beyond 1 MiB of header the answer is yes: removing what is not there costs nothing but time.</summary>
    /// <param name="content">The message, with or without our trace fields.</param>
    public bool IsIn(in ReadOnlySequence<byte> content)
    {
        ReadOnlySpan<byte> first = content.FirstSpan;
        int end = first.IndexOf("\r\n\r\n"u8);
        if (end >= 0 || content.IsSingleSegment)
        {
            return HeaderFields.Count(end < 0 ? first : first[..(end + 2)], _name) > 0;
        }

        return IsInSegments(content);
    }

    private bool IsInSegments(in ReadOnlySequence<byte> content)
    {
        int length = (int)Math.Min(content.Length, HeaderBytesMax);
        byte[] copy = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            Span<byte> header = copy.AsSpan(0, length);
            content.Slice(0, length).CopyTo(header);
            int end = header.IndexOf("\r\n\r\n"u8);
            return (end < 0 && length < content.Length) || HeaderFields.Count(end < 0 ? header : header[..(end + 2)], _name) > 0;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }
}
