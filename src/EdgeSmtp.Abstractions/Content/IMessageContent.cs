using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace EdgeSmtp.Abstractions.Content;

/// <summary>The staged message: our trace fields, then the content as it arrived, un-stuffed. Nothing here copies unless it says so.</summary>
public interface IMessageContent
{
    /// <summary>Bytes in all, trace fields included.</summary>
    long Length { get; }

    /// <summary>Bytes of our own trace fields at the front.</summary>
    int TraceLength { get; }

    /// <summary>The whole message in memory: pooled blocks, or a mapping of the sealed memfd. Valid until the transaction ends.</summary>
    ReadOnlySequence<byte> Bytes { get; }

    /// <summary>A read-only stream over <see cref="Bytes"/>. The caller disposes it.</summary>
    Stream OpenStream();

    /// <summary>A new read-only open file description at offset 0, to be passed to a scanner: sealed, so that nobody can change it. Makes the memfd by one copy if the message still lies in pooled memory.</summary>
    /// <returns>A handle that the caller disposes.</returns>
    SafeFileHandle OpenDescriptor();

    /// <summary>Path of a file with the message in the tmpfs folder, readable by the group of the scanners; made by one copy, removed when the transaction ends.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<string> GetPathAsync(CancellationToken cancellationToken);
}
