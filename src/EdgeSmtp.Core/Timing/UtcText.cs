using System.Globalization;

namespace EdgeSmtp.Core.Timing;

/// <summary>A time as it stands in logs: <c>2026-11-23T04:44:46.123Z</c>.</summary>
internal static class UtcText
{
    /// <summary>Bytes that <see cref="Write"/> needs.</summary>
    public const int BytesMax = 33;

    private const int Milliseconds = 23;

    /// <summary>Writes it as ASCII.</summary>
    /// <param name="time">The time.</param>
    /// <param name="text">At least <see cref="BytesMax"/> bytes.</param>
    /// <returns>What was written.</returns>
    public static ReadOnlySpan<byte> Write(DateTimeOffset time, Span<byte> text)
    {
        // The round-trip format has a way of its own in the framework, several times faster than that of any custom one; what is beyond milliseconds is cut.
        time.UtcDateTime.TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        text[Milliseconds] = (byte)'Z';
        return text[..(Milliseconds + 1)];
    }
}
