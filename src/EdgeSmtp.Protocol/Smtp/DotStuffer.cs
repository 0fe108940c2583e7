using System.Buffers;

namespace EdgeSmtp.Protocol.Smtp;

/// <summary>The sending side of DATA (RFC 5321 §4.5.2): doubles each dot that begins a line, and ends the data.</summary>
/// <remarks>Content comes from the queue, where every line ends in CRLF; it is not checked again. State survives any split. A mutable struct: keep it in one field, never copy it.</remarks>
public struct DotStuffer
{
    private State _state;

    private enum State : byte
    {
        LineStart,
        Mid,
        Cr,
    }

    /// <summary>Writes a piece of content.</summary>
    public void Write(ReadOnlySpan<byte> content, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (content.IsEmpty) return;
        // The seam: what the last piece ended with decides about the first byte or two of this one.
        if (_state == State.Cr && content[0] == '\n')
        {
            if (content.Length > 1 && content[1] == '.') WriteDotBehind(ref content, 1, output);
        }
        else if (_state == State.LineStart && content[0] == '.')
        {
            WriteDotBehind(ref content, 0, output);
        }

        int dot;
        while ((dot = content.IndexOf("\r\n."u8)) >= 0) WriteDotBehind(ref content, dot + 2, output);

        _state = StateAfter(content);
        output.Write(content);
    }

    /// <summary>Writes at most so many bytes of content, so that the caller can flush between steps.</summary>
    /// <param name="content">The content not yet written.</param>
    /// <param name="contentBytesMax">The most bytes of content to take, at least 1.</param>
    /// <param name="output">Where the stuffed bytes go.</param>
    /// <returns>Where the next step begins; the end of the content when all is written.</returns>
    public SequencePosition Write(in ReadOnlySequence<byte> content, long contentBytesMax, IBufferWriter<byte> output)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(contentBytesMax);
        ReadOnlySequence<byte> step = content.Length > contentBytesMax ? content.Slice(0, contentBytesMax) : content;
        foreach (ReadOnlyMemory<byte> segment in step) Write(segment.Span, output);
        return step.End;
    }

    /// <summary>Ends the data: the CRLF of a last line that has none (RFC 5321 §4.1.1.4), then the dot. The next message may follow.</summary>
    public void Finish(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(_state switch
        {
            State.LineStart => ".\r\n"u8,
            State.Cr => "\n.\r\n"u8,
            _ => "\r\n.\r\n"u8,
        });
        _state = State.LineStart;
    }

    /// <summary>Writes up to and with the dot; it stays in front of the rest, and so is written twice.</summary>
    private void WriteDotBehind(ref ReadOnlySpan<byte> content, int dot, IBufferWriter<byte> output)
    {
        output.Write(content[..(dot + 1)]);
        content = content[dot..];
        _state = State.Mid;
    }

    private readonly State StateAfter(ReadOnlySpan<byte> content)
    {
        if (content[^1] == '\r') return State.Cr;
        if (content[^1] != '\n') return State.Mid;
        bool afterCr = content.Length > 1 ? content[^2] == '\r' : _state == State.Cr;
        return afterCr ? State.LineStart : State.Mid;
    }
}
