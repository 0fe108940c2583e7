using System.Buffers;
using EdgeSmtp.Abstractions.Content;
using Microsoft.Win32.SafeHandles;

namespace EdgeSmtp.Tests.Backends.ClamAv;

/// <summary>A message in memory and in a file of the same memory, as the staging has large ones.</summary>
internal sealed class FileContent : IMessageContent, IDisposable
{
    private readonly byte[] _message;
    private readonly string _path = Path.Combine("/dev/shm", $"edgesmtp-{Guid.NewGuid():N}");

    public FileContent(byte[] message)
    {
        _message = message;
        File.WriteAllBytes(_path, message);
    }

    public long Length => _message.Length;

    public int TraceLength => 0;

    public ReadOnlySequence<byte> Bytes => new(_message);

    public Stream OpenStream() => new MemoryStream(_message, writable: false);

    public SafeFileHandle OpenDescriptor() => File.OpenHandle(_path);

    public ValueTask<string> GetPathAsync(CancellationToken cancellationToken) => new(_path);

    public void Dispose() => File.Delete(_path);
}
