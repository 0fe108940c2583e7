using System.Buffers;
using EdgeSmtp.Pipeline;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>Builds what we put in front of a message: the fields of filters, then Received.</summary>
internal sealed class TraceFields
{
    private ArrayBufferWriter<byte>? _buffer;

    /// <summary>Builds the fields.</summary>
    /// <returns>The complete fields; valid until the next call.</returns>
    public ReadOnlyMemory<byte> Build(MailTransaction transaction, FilterRun filters, string hostname, DateTimeOffset now)
    {
        if (_buffer is null)
        {
            _buffer = new ArrayBufferWriter<byte>(512);
        }
        else
        {
            _buffer.ResetWrittenCount();
        }

        // RFC 7208 §9.1 and RFC 8601 §4.1: what this host found out stands above its own Received field.
        filters.WriteTrace(transaction, _buffer);
        ReceivedField.Write(transaction, hostname, now, _buffer);
        return _buffer.WrittenMemory;
    }
}
