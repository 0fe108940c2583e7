using System.Globalization;

namespace EdgeSmtp.Delivery.Maildirs;

/// <summary>Makes unique file names as the Maildir description asks: time, what is unique in this process and on this host, host.</summary>
/// <param name="hostname">Our name.</param>
/// <param name="time">The clock.</param>
internal sealed class MaildirName(string hostname, TimeProvider time)
{
    // The description's own escapes for the two characters that a name may not have.
    private readonly string _host = hostname.Replace("/", "\\057", StringComparison.Ordinal).Replace(":", "\\072", StringComparison.Ordinal);
    private readonly string _boot = Convert.ToHexStringLower(Guid.NewGuid().ToByteArray().AsSpan(0, 4));
    private long _counter;

    /// <summary>The next name.</summary>
    public string Next()
    {
        DateTimeOffset now = time.GetUtcNow();
        long microseconds = now.Ticks / TimeSpan.TicksPerMicrosecond % 1_000_000;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{now.ToUnixTimeSeconds()}.M{microseconds}P{Environment.ProcessId}R{_boot}Q{Interlocked.Increment(ref _counter)}.{_host}");
    }
}
