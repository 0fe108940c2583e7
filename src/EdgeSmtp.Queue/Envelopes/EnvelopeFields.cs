using System.Diagnostics;
using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Queue.Envelopes;

/// <summary>
/// Fields of an envelope that most messages lack: how many there are, then for each a tag and its bytes with their length. What may not be ignored by a reader that
/// does not know it is no field, but a new version of the envelope.
/// </summary>
internal static class EnvelopeFields
{
    private const byte TraceTag = 1;
    private const int TraceIdBytes = 16;
    private const int SpanIdBytes = 8;

    /// <summary>Whether there is any field to write.</summary>
    /// <param name="envelope">The envelope.</param>
    public static bool IsNeeded(Envelope envelope) => envelope.Trace != default;

    /// <summary>Writes them, or that there are none.</summary>
    /// <param name="writer">Takes the bytes.</param>
    /// <param name="envelope">The envelope.</param>
    public static void Write(ByteWriter writer, Envelope envelope)
    {
        if (!IsNeeded(envelope))
        {
            writer.Varint(0);
            return;
        }

        writer.Varint(1);
        writer.Byte(TraceTag);
        writer.Varint(TraceIdBytes + SpanIdBytes + 1);
        envelope.Trace.TraceId.CopyTo(writer.Take(TraceIdBytes));
        envelope.Trace.SpanId.CopyTo(writer.Take(SpanIdBytes));
        writer.Byte((byte)envelope.Trace.TraceFlags);
    }

    /// <summary>Reads them.</summary>
    /// <param name="reader">Stands before them.</param>
    /// <param name="envelope">The envelope so far.</param>
    public static Envelope Read(ref ByteReader reader, Envelope envelope)
    {
        for (uint left = reader.Varint(); left > 0; left--)
        {
            byte tag = reader.Byte();
            ReadOnlySpan<byte> bytes = reader.Bytes();
            if (tag == TraceTag)
            {
                envelope = envelope with { Trace = ReadTrace(new ByteReader(bytes)) };
            }
        }

        return envelope;
    }

    private static ActivityContext ReadTrace(ByteReader field) => new(
        ActivityTraceId.CreateFromBytes(field.Take(TraceIdBytes)),
        ActivitySpanId.CreateFromBytes(field.Take(SpanIdBytes)),
        (ActivityTraceFlags)field.Byte(),
        isRemote: true);
}
