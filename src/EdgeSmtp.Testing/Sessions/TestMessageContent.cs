using System.Buffers;
using System.Text;
using EdgeSmtp.Abstractions.Content;
using Microsoft.Win32.SafeHandles;

namespace EdgeSmtp.Testing.Sessions;

/// <summary>A staged message from bytes of the test. The file that a scanner would read is made in the folder for temporary files and removed on disposal.</summary>
public sealed class TestMessageContent : IMessageContent, IDisposable
{
    private readonly byte[] _bytes;
    private string? _path;

    /// <summary>Stages a message.</summary>
    /// <param name="message">Header and body with CRLF line ends, trace fields first.</param>
    /// <param name="traceLength">Bytes of trace fields at the front.</param>
    /// <param name="blockBytes">Size of the blocks in which <see cref="Bytes"/> lies; 0 for one block. Small blocks find code that takes a message for one span.</param>
    public TestMessageContent(ReadOnlySpan<byte> message, int traceLength = 0, int blockBytes = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(traceLength, message.Length);
        ArgumentOutOfRangeException.ThrowIfNegative(blockBytes);
        _bytes = message.ToArray();
        TraceLength = traceLength;
        Bytes = Blocks.Of(_bytes, blockBytes);
    }

    /// <summary>Stages a message from text, as UTF-8.</summary>
    /// <param name="message">Header and body; LF alone is turned into CRLF, so that raw string literals can be used.</param>
    /// <param name="traceLength">Bytes of trace fields at the front.</param>
    public TestMessageContent(string message, int traceLength = 0)
        : this(Encoding.UTF8.GetBytes(WithCrLf(message)), traceLength)
    {
    }

    /// <inheritdoc />
    public long Length => _bytes.Length;

    /// <inheritdoc />
    public int TraceLength { get; }

    /// <inheritdoc />
    public ReadOnlySequence<byte> Bytes { get; }

    /// <inheritdoc />
    public Stream OpenStream() => new MemoryStream(_bytes, writable: false);

    /// <inheritdoc />
    public SafeFileHandle OpenDescriptor() => File.OpenHandle(MakeFile(), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);

    /// <inheritdoc />
    public ValueTask<string> GetPathAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<string>(MakeFile());
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_path is not null)
        {
            File.Delete(_path);
        }
    }

    internal static string WithCrLf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.ReplaceLineEndings("\r\n");
    }

    private string MakeFile()
    {
        if (_path is null)
        {
            _path = Path.Combine(Path.GetTempPath(), $"edgesmtp-{Guid.NewGuid():N}.eml");
            File.WriteAllBytes(_path, _bytes);
        }

        return _path;
    }
}
