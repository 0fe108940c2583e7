using System.Globalization;
using System.Text.Unicode;

namespace EdgeSmtp.Server.Events;

/// <summary>Time labels as daemontools writes and reads them: <c>@</c>, then seconds and nanoseconds in 24 hexadecimal digits.</summary>
internal static class Tai64N
{
    /// <summary>Bytes of a label.</summary>
    public const int Length = 25;

    // TAI was ten seconds ahead of UTC in 1970; like daemontools, this counts no leap seconds since.
    private const ulong Epoch = (1UL << 62) + 10;

    /// <summary>Writes the label of a time.</summary>
    /// <param name="time">The time.</param>
    /// <param name="label">Takes <see cref="Length"/> bytes.</param>
    public static void Write(DateTimeOffset time, Span<byte> label)
    {
        ulong seconds = Epoch + (ulong)time.ToUnixTimeSeconds();
        long nanoseconds = time.UtcTicks % TimeSpan.TicksPerSecond * 100;
        _ = Utf8.TryWrite(label, CultureInfo.InvariantCulture, $"@{seconds:x16}{nanoseconds:x8}", out _);
    }

    /// <summary>The label as text, for names of files.</summary>
    /// <param name="time">The time.</param>
    public static string Text(DateTimeOffset time)
    {
        Span<byte> label = stackalloc byte[Length];
        Write(time, label);
        return System.Text.Encoding.ASCII.GetString(label);
    }
}
