using System.Buffers;
using System.Text;
using System.Text.Json;
using EdgeSmtp.Core.Timing;

namespace EdgeSmtp.Core.Events;

/// <summary>One line of the event log, built as JSON in a reused buffer. Control characters of strangers are escaped here, so that no line can be forged.</summary>
public sealed class EventEntry : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(512);
    private readonly Utf8JsonWriter _json;

    /// <summary>Creates an empty entry; use <see cref="IEventLog.Begin"/>.</summary>
    public EventEntry()
    {
        _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { SkipValidation = true });
    }

    /// <summary>The finished line, without line end. Valid after <see cref="Finish"/> until the next <see cref="Start"/>.</summary>
    public ReadOnlyMemory<byte> Line => _buffer.WrittenMemory;

    /// <summary>Starts the line. For event logs.</summary>
    /// <param name="time">When it happened.</param>
    /// <param name="name">Kind of event.</param>
    public void Start(DateTimeOffset time, string name)
    {
        _buffer.ResetWrittenCount();
        _json.Reset(_buffer);
        _json.WriteStartObject();
        _json.WriteString("time"u8, UtcText.Write(time, stackalloc byte[UtcText.BytesMax]));
        _json.WriteString("event", name);
    }

    /// <summary>Ends the line. For event logs.</summary>
    public void Finish()
    {
        _json.WriteEndObject();
        _json.Flush();
    }

    /// <summary>Adds a text; nothing when it is <c>null</c>.</summary>
    /// <param name="field">Field name.</param>
    /// <param name="value">The text; cut at 512 characters.</param>
    public EventEntry Add(string field, string? value)
    {
        if (value is not null)
        {
            _json.WriteString(field, value.AsSpan(0, Math.Min(value.Length, 512)));
        }

        return this;
    }

    /// <summary>Adds UTF-8 text from the wire; bytes that are not UTF-8 become U+FFFD.</summary>
    /// <param name="field">Field name.</param>
    /// <param name="value">The bytes; cut at 512.</param>
    public EventEntry Add(string field, ReadOnlySpan<byte> value)
    {
        Span<char> text = stackalloc char[512];
        int length = Encoding.UTF8.GetChars(value[..Math.Min(value.Length, 512)], text);
        _json.WriteString(field, text[..length]);
        return this;
    }

    /// <summary>Adds a number.</summary>
    /// <param name="field">Field name.</param>
    /// <param name="value">The number.</param>
    public EventEntry Add(string field, long value)
    {
        _json.WriteNumber(field, value);
        return this;
    }

    /// <summary>Adds a time span in seconds with milliseconds.</summary>
    /// <param name="field">Field name.</param>
    /// <param name="value">The span.</param>
    public EventEntry Add(string field, TimeSpan value)
    {
        // As a decimal, which is written digit by digit; the shortest form of a double has to be searched for.
        long milliseconds = Math.Max((long)value.TotalMilliseconds, 0);
        _json.WriteNumber(field, new decimal((int)milliseconds, (int)(milliseconds >> 32), 0, isNegative: false, scale: 3));
        return this;
    }

    /// <summary>Adds a truth value.</summary>
    /// <param name="field">Field name.</param>
    /// <param name="value">The value.</param>
    public EventEntry Add(string field, bool value)
    {
        _json.WriteBoolean(field, value);
        return this;
    }

    /// <inheritdoc />
    public void Dispose() => _json.Dispose();
}
