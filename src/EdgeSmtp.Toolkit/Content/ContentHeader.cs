using System.Buffers;
using EdgeSmtp.Abstractions.Content;
using EdgeSmtp.Protocol.Content;

namespace EdgeSmtp.Toolkit.Content;

/// <summary>The header of a staged message in one piece, our trace fields included: where it lies if it is in one piece there, else a pooled copy. Dispose it.</summary>
public readonly ref struct ContentHeader : IDisposable
{
    private readonly byte[]? _copy;

    /// <summary>Finds the header.</summary>
    /// <param name="content">The message; the view is valid as long as it is.</param>
    public ContentHeader(IMessageContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        ReadOnlySequence<byte> bytes = content.Bytes;
        ReadOnlySpan<byte> first = bytes.FirstSpan;
        if (bytes.IsSingleSegment || first.IndexOf("\r\n\r\n"u8) >= 0)
        {
            Bytes = first;
            return;
        }

        HeaderScanner scanner = new();
        foreach (ReadOnlyMemory<byte> segment in bytes)
        {
            if (scanner.Scan(segment.Span))
            {
                break;
            }
        }

        int length = (int)Math.Min(scanner.HeaderBytes, bytes.Length);
        _copy = ArrayPool<byte>.Shared.Rent(length);
        bytes.Slice(0, length).CopyTo(_copy);
        Bytes = _copy.AsSpan(0, length);
    }

    /// <summary>The header; what follows the blank line may follow here too, and <see cref="HeaderFields"/> stops before it.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Its fields, from the top.</summary>
    public HeaderFields Fields => new(Bytes);

    /// <summary>Gives a copy back.</summary>
    public void Dispose()
    {
        if (_copy is not null)
        {
            ArrayPool<byte>.Shared.Return(_copy);
        }
    }
}
