using System.Buffers;
using EdgeSmtp.Protocol.Content;
using Microsoft.Win32.SafeHandles;

namespace EdgeSmtp.Delivery.Maildirs;

/// <summary>
/// Delivers one message into one Maildir: written to <c>tmp</c>, fsync, moved to <c>new</c>, fsync of the folder; only then it is delivered. A crash in between leaves at most a file in <c>tmp</c>, which
/// mail readers clear away after 36 hours, or a message that is delivered a second time. Blocks; runs on threads of its own.
/// </summary>
internal sealed class MaildirWriter(IMaildirFiles files, MaildirName names)
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>Delivers.</summary>
    /// <returns>Whether it was delivered; <c>false</c> when the message has been delivered to this recipient before and goes round.</returns>
    /// <exception cref="IOException">The disk failed; nothing is in <c>new</c>, or it may be there twice later.</exception>
    public bool Deliver(MaildirRequest request)
    {
        byte[] header = HeaderOf(request.Content, out SequencePosition body);
        MaildirMessage message = new(header);
        ReadOnlySpan<byte> recipient = request.DeliveredTo;
        if (message.WasDeliveredTo(recipient)) return false;

        ArrayBufferWriter<byte> fields = new(header.Length + recipient.Length + 256);
        message.Write(request.ReversePath, recipient, fields);
        Prepare(request.Directory);
        string name = names.Next();
        string temporary = Path.Join(request.Directory, "tmp", name);
        bool moved = false;
        try
        {
            using (SafeFileHandle file = files.Create(temporary)) WriteFile(file, fields.WrittenSpan, request.Content.Slice(body), request.IsBinary);
            files.Move(temporary, Path.Join(request.Directory, "new", name));
            moved = true;
            files.SyncDirectory(Path.Join(request.Directory, "new"));
            return true;
        }
        finally
        {
            if (!moved) TryDelete(temporary);
        }
    }

    private void WriteFile(SafeFileHandle file, ReadOnlySpan<byte> header, in ReadOnlySequence<byte> body, bool isBinary)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            LineEndWriter writer = new(files, file, buffer);
            writer.Write(header, convert: true);
            foreach (ReadOnlyMemory<byte> segment in body) writer.Write(segment.Span, convert: !isBinary);
            writer.Finish();
            files.Sync(file);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Makes the Maildir on the first delivery. Each new folder's entry is made durable in its parent, or the first message could vanish with it.</summary>
    private void Prepare(string directory)
    {
        // The last one made is the sign that all were.
        if (files.DirectoryExists(Path.Join(directory, "new"))) return;
        MakeDurable(directory);
        MakeDurable(Path.Join(directory, "cur"));
        MakeDurable(Path.Join(directory, "tmp"));
        MakeDurable(Path.Join(directory, "new"));
    }

    private void MakeDurable(string directory)
    {
        if (files.DirectoryExists(directory)) return;
        string? parent = Path.GetDirectoryName(directory);
        if (!string.IsNullOrEmpty(parent)) MakeDurable(parent);
        files.CreateDirectory(directory);
        if (!string.IsNullOrEmpty(parent)) files.SyncDirectory(parent);
    }

    private void TryDelete(string path)
    {
        try
        {
            files.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It lies in tmp, where nobody takes it for a message.
        }
    }

    /// <summary>The header fields in one piece, and where the blank line begins.</summary>
    private static byte[] HeaderOf(in ReadOnlySequence<byte> content, out SequencePosition body)
    {
        HeaderScanner scanner = new();
        foreach (ReadOnlyMemory<byte> segment in content)
            if (scanner.Scan(segment.Span)) break;
        body = content.GetPosition(scanner.HeaderBytes);
        return content.Slice(0, body).ToArray();
    }
}
