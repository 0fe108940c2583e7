using EdgeSmtp.Core.Storage;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Queue.Envelopes;

/// <summary>
/// The envelope in a <c>Message</c> record, addresses as the exact bytes that the client wrote. Version 1 ends with the recipients. Behind it version 2 has tagged fields, of which a
/// reader skips those that it does not know, and version 3 what nobody may overlook, and then the fields. Each is written only where it is needed: an older program reads ordinary mail.
/// </summary>
internal static class EnvelopeCodec
{
    private const byte Plain = 1;
    private const byte WithFields = 2;
    private const byte WithOrigin = 3;

    /// <summary>Writes one.</summary>
    /// <param name="writer">Takes the bytes.</param>
    /// <param name="envelope">The envelope.</param>
    public static void Write(ByteWriter writer, Envelope envelope)
    {
        byte version = OriginCodec.IsNeeded(envelope) ? WithOrigin : EnvelopeFields.IsNeeded(envelope) ? WithFields : Plain;
        writer.Byte(version);
        writer.Int64(envelope.Received.UtcTicks);
        writer.Varint((uint)envelope.Flags);
        writer.Byte((byte)envelope.Return);
        writer.OptionalText(envelope.EnvelopeId);
        writer.Text(envelope.SessionId);
        writer.Text(envelope.Queue);
        WritePath(writer, envelope.ReversePath);
        writer.Varint((uint)envelope.Recipients.Count);
        for (int i = 0; i < envelope.Recipients.Count; i++)
        {
            EnvelopeRecipient recipient = envelope.Recipients[i];
            WritePath(writer, recipient.ForwardPath);
            writer.Byte((byte)recipient.Notify);
            writer.OptionalText(recipient.OriginalRecipient);
        }

        if (version == WithOrigin)
        {
            OriginCodec.Write(writer, envelope);
        }

        if (version != Plain)
        {
            EnvelopeFields.Write(writer, envelope);
        }
    }

    /// <summary>Reads only when the message became ours.</summary>
    /// <param name="envelope">A serialised envelope.</param>
    /// <returns>Milliseconds since 1970.</returns>
    public static long ReadReceived(ReadOnlySpan<byte> envelope)
    {
        ByteReader reader = new(envelope);
        _ = reader.Byte();
        return new DateTimeOffset(reader.Int64(), TimeSpan.Zero).ToUnixTimeMilliseconds();
    }

    /// <summary>Reads one.</summary>
    /// <param name="reader">Stands before it.</param>
    /// <exception cref="InvalidDataException">A newer version wrote it, or it is cut.</exception>
    public static Envelope Read(ref ByteReader reader)
    {
        byte version = reader.Byte();
        if (version is not (Plain or WithFields or WithOrigin))
        {
            throw new InvalidDataException($"Envelope version {version} was written by a newer program.");
        }

        DateTimeOffset received = new(reader.Int64(), TimeSpan.Zero);
        EnvelopeFlags flags = (EnvelopeFlags)reader.Varint();
        DsnReturn @return = (DsnReturn)reader.Byte();
        string? envelopeId = reader.OptionalText();
        string sessionId = reader.Text();
        string queue = reader.Text();
        MailPath reversePath = ReadPath(ref reader);
        EnvelopeRecipient[] recipients = new EnvelopeRecipient[reader.Varint()];
        for (int i = 0; i < recipients.Length; i++)
        {
            MailPath forwardPath = ReadPath(ref reader);
            recipients[i] = new EnvelopeRecipient(forwardPath, (DsnNotify)reader.Byte(), reader.OptionalText());
        }

        Envelope envelope = new()
        {
            ReversePath = reversePath,
            Recipients = recipients,
            Received = received,
            Return = @return,
            EnvelopeId = envelopeId,
            Flags = flags,
            SessionId = sessionId,
            Queue = queue,
        };
        if (version == WithOrigin)
        {
            envelope = OriginCodec.Read(ref reader, envelope);
        }

        return version == Plain ? envelope : EnvelopeFields.Read(ref reader, envelope);
    }

    /// <summary>Writes a path.</summary>
    /// <param name="writer">Takes the bytes.</param>
    /// <param name="path">The path.</param>
    public static void WritePath(ByteWriter writer, MailPath path)
    {
        writer.Bytes(path.Bytes.Span);
        writer.Varint((uint)path.LocalPart.Length);
        writer.Text(path.DomainALabel);
    }

    /// <summary>Reads a path.</summary>
    /// <param name="reader">Stands before it.</param>
    public static MailPath ReadPath(ref ByteReader reader)
    {
        byte[] bytes = reader.Bytes().ToArray();
        int localLength = (int)reader.Varint();
        string domain = reader.Text();
        return bytes.Length == 0 ? MailPath.Null : new MailPath(bytes, localLength, domain);
    }
}
