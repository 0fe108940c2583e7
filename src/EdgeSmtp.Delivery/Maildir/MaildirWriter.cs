using System.Buffers;
using System.Globalization;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Delivery.Maildir;

/// <summary>
/// Delivers into Maildirs: write to <c>tmp</c>, fsync the file, link to <c>new</c>, fsync the directory; only then is the recipient done. A crash in between
/// leaves a file in <c>tmp</c>, which mail readers ignore and remove after 36 hours, and the message is delivered again.
/// </summary>
/// <param name="workers">Threads for the blocking calls.</param>
/// <param name="time">The clock; it only names files.</param>
/// <param name="hostname">Part of the file names.</param>
public sealed class MaildirWriter(DiskWorkers workers, TimeProvider time, string hostname)
{
    private static int _sequence;

    private readonly string _host = hostname.Replace("/", "\\057", StringComparison.Ordinal).Replace(":", "\\072", StringComparison.Ordinal);

    /// <summary>Delivers one message to one mailbox.</summary>
    /// <param name="maildir">Folder of the mailbox; made, mode 0700, when it is not there.</param>
    /// <param name="content">The message, CRLF line ends; must stay valid until the task has ended.</param>
    /// <param name="returnPath">The reverse-path.</param>
    /// <param name="deliveredTo">The recipient.</param>
    /// <returns><c>false</c> when the message was in this mailbox before and would loop for ever.</returns>
    /// <exception cref="IOException">The disk would not; try later.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written; try later.</exception>
    public Task<bool> DeliverAsync(string maildir, ReadOnlySequence<byte> content, MailPath returnPath, string deliveredTo) =>
        workers.RunAsync(() => Deliver(maildir, content, returnPath, deliveredTo));

    /// <summary>Makes the three folders. Every folder that was not there is a new name in its parent, and that must survive a crash as well.</summary>
    private static void Make(string maildir)
    {
        if (Directory.Exists(Path.Combine(maildir, "new")) && Directory.Exists(Path.Combine(maildir, "tmp")))
        {
            return;
        }

        List<string> changed = [maildir];
        for (string folder = maildir; !Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent; folder = parent)
        {
            changed.Add(parent);
        }

        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        foreach (string part in (ReadOnlySpan<string>)["tmp", "cur", "new"])
        {
            Directory.CreateDirectory(Path.Combine(maildir, part), Private);
        }

        foreach (string folder in changed)
        {
            DurableFiles.SyncDirectory(folder);
        }
    }

    private bool Deliver(string maildir, ReadOnlySequence<byte> content, MailPath returnPath, string deliveredTo)
    {
        if (MaildirContent.IsLooping(content, deliveredTo))
        {
            return false;
        }

        maildir = Path.GetFullPath(maildir);
        Make(maildir);
        string name = NextName();
        string temporary = Path.Combine(maildir, "tmp", name);
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 64 * 1024,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        try
        {
            using (FileStream file = new(temporary, options))
            {
                MaildirContent.Write(content, returnPath, deliveredTo, file);
                file.Flush(flushToDisk: true);
            }

            DurableFiles.Link(temporary, Path.Combine(maildir, "new", name));
            DurableFiles.SyncDirectory(Path.Combine(maildir, "new"));
        }
        finally
        {
            File.Delete(temporary);
        }

        return true;
    }

    private string NextName()
    {
        DateTimeOffset now = time.GetUtcNow();
        int sequence = Interlocked.Increment(ref _sequence);
        return string.Create(CultureInfo.InvariantCulture, $"{now.ToUnixTimeSeconds()}.M{now.Microsecond + (now.Millisecond * 1000)}P{Environment.ProcessId}Q{sequence}.{_host}");
    }
}
