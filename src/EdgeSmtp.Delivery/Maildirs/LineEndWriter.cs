using Microsoft.Win32.SafeHandles;

namespace EdgeSmtp.Delivery.Maildirs;

/// <summary>Writes content to a file with LF for CRLF, whatever pieces it comes in; a CR or LF that stands alone stays.</summary>
/// <param name="files">The disk.</param>
/// <param name="file">The file.</param>
/// <param name="buffer">Room to gather writes in.</param>
internal ref struct LineEndWriter(IMaildirFiles files, SafeFileHandle file, Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;
    private long _offset;
    private int _length;
    private bool _cr;

    /// <summary>Writes a piece.</summary>
    /// <param name="content">The piece.</param>
    /// <param name="convert">Whether CRLF becomes LF; no for binary content.</param>
    public void Write(ReadOnlySpan<byte> content, bool convert)
    {
        while (!content.IsEmpty)
        {
            if (_cr)
            {
                _cr = false;
                if (!convert || content[0] != '\n') Put("\r"u8);
            }

            int cr = convert ? content.IndexOf((byte)'\r') : -1;
            Put(cr < 0 ? content : content[..cr]);
            if (cr < 0) return;
            _cr = true;
            content = content[(cr + 1)..];
        }
    }

    /// <summary>Writes what is gathered.</summary>
    public void Finish()
    {
        if (_cr) Put("\r"u8);
        _cr = false;
        Flush();
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_length == _buffer.Length) Flush();
            int taken = Math.Min(bytes.Length, _buffer.Length - _length);
            bytes[..taken].CopyTo(_buffer[_length..]);
            _length += taken;
            bytes = bytes[taken..];
        }
    }

    private void Flush()
    {
        if (_length == 0) return;
        files.Write(file, _buffer[.._length], _offset);
        _offset += _length;
        _length = 0;
    }
}
