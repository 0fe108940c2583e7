using System.Globalization;
using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Queue.Envelopes;

/// <summary>What an envelope of version 3 has behind that of version 1: lane, owed verdicts, origin, and what is known of single recipients.</summary>
internal static class OriginCodec
{
    private const byte HasVerdict = 1;
    private const byte HasOrigin = 2;
    private const byte IsPostmaster = 4;
    private const byte IsLocalDomain = 8;

    /// <summary>Whether version 1 cannot say all of it.</summary>
    /// <param name="envelope">The envelope.</param>
    public static bool IsNeeded(Envelope envelope)
    {
        if (envelope.Lane != MessageLane.Delivery || envelope.Since != envelope.Received || envelope.Origin is not null || envelope.Owed.Count > 0)
        {
            return true;
        }

        for (int i = 0; i < envelope.Recipients.Count; i++)
        {
            if (envelope.Recipients[i] is { Verdict: not null } or { Origin: not null })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Writes it.</summary>
    /// <param name="writer">Stands behind version 1.</param>
    /// <param name="envelope">The envelope.</param>
    public static void Write(ByteWriter writer, Envelope envelope)
    {
        writer.Byte((byte)envelope.Lane);
        writer.Int64(envelope.Since.UtcTicks);
        writer.Varint((uint)envelope.Owed.Count);
        foreach (string filter in envelope.Owed)
        {
            writer.Text(filter);
        }

        writer.Byte(envelope.Origin is null ? (byte)0 : (byte)1);
        if (envelope.Origin is { } origin)
        {
            Write(writer, origin);
        }

        foreach (EnvelopeRecipient recipient in envelope.Recipients)
        {
            Write(writer, recipient);
        }
    }

    /// <summary>Reads it.</summary>
    /// <param name="reader">Stands behind version 1.</param>
    /// <param name="envelope">What version 1 said.</param>
    /// <exception cref="InvalidDataException">It is cut.</exception>
    public static Envelope Read(ref ByteReader reader, Envelope envelope)
    {
        MessageLane lane = (MessageLane)reader.Byte();
        DateTimeOffset since = new(reader.Int64(), TimeSpan.Zero);
        List<string> owed = [];
        for (uint left = reader.Varint(); left > 0; left--)
        {
            owed.Add(reader.Text());
        }

        MessageOrigin? origin = reader.Byte() == 0 ? null : ReadOrigin(ref reader);
        EnvelopeRecipient[] recipients = new EnvelopeRecipient[envelope.Recipients.Count];
        for (int i = 0; i < recipients.Length; i++)
        {
            recipients[i] = ReadRecipient(ref reader, envelope.Recipients[i]);
        }

        return envelope with { Lane = lane, Since = since, Owed = owed, Origin = origin, Recipients = recipients };
    }

    private static void Write(ByteWriter writer, MessageOrigin origin)
    {
        writer.Text(origin.Transaction);
        writer.Text(origin.Listener);
        writer.Byte((byte)origin.Protocol);
        writer.Text(origin.Client.ToString());
        writer.Text(origin.Local.ToString());
        writer.Int64(origin.Started.UtcTicks);
        writer.OptionalText(origin.ClientName);
        writer.Byte((byte)origin.HelloKind);
        writer.OptionalText(origin.Hello);
        writer.OptionalText(origin.Tls?.Protocol);
        if (origin.Tls is { } tls)
        {
            writer.Text(tls.CipherSuite);
            writer.OptionalText(tls.ServerName);
            writer.OptionalText(tls.ClientCertificateSubject);
        }

        writer.OptionalText(origin.AuthenticatedUser);
        writer.Byte((byte)origin.Body);
        writer.OptionalText(origin.DeclaredSizeBytes?.ToString(CultureInfo.InvariantCulture));
        writer.Int32(origin.TraceLength);
    }

    private static MessageOrigin ReadOrigin(ref ByteReader reader) => new()
    {
        Transaction = reader.Text(),
        Listener = reader.Text(),
        Protocol = (SessionProtocol)reader.Byte(),
        Client = IPEndPoint.Parse(reader.Text()),
        Local = IPEndPoint.Parse(reader.Text()),
        Started = new DateTimeOffset(reader.Int64(), TimeSpan.Zero),
        ClientName = reader.OptionalText(),
        HelloKind = (HelloKind)reader.Byte(),
        Hello = reader.OptionalText(),
        Tls = reader.OptionalText() is { } protocol ? new TlsInfo(protocol, reader.Text(), reader.OptionalText(), reader.OptionalText()) : null,
        AuthenticatedUser = reader.OptionalText(),
        Body = (BodyType)reader.Byte(),
        DeclaredSizeBytes = reader.OptionalText() is { } size ? long.Parse(size, CultureInfo.InvariantCulture) : null,
        TraceLength = reader.Int32(),
    };

    private static void Write(ByteWriter writer, EnvelopeRecipient recipient)
    {
        byte bits = (byte)((recipient.Verdict is null ? 0 : HasVerdict)
            | (recipient.Origin is null ? 0 : HasOrigin)
            | (recipient.Origin is { IsPostmaster: true } ? IsPostmaster : 0)
            | (recipient.Origin is { IsLocalDomain: true } ? IsLocalDomain : 0));
        writer.Byte(bits);
        if (recipient.Verdict is { } verdict)
        {
            writer.Text(verdict.Reason);
            writer.OptionalText(verdict.Filter);
            writer.OptionalText(verdict.Detail);
        }

        if (recipient.Origin is { } origin)
        {
            EnvelopeCodec.WritePath(writer, origin.ForwardPath);
            writer.Text(origin.Profile);
        }
    }

    private static EnvelopeRecipient ReadRecipient(ref ByteReader reader, EnvelopeRecipient recipient)
    {
        byte bits = reader.Byte();
        VerdictNote? verdict = (bits & HasVerdict) == 0 ? null : new VerdictNote(reader.Text(), reader.OptionalText(), reader.OptionalText());
        RecipientOrigin? origin = (bits & HasOrigin) == 0
            ? null
            : new RecipientOrigin(EnvelopeCodec.ReadPath(ref reader), reader.Text(), (bits & IsPostmaster) != 0, (bits & IsLocalDomain) != 0);
        return recipient with { Verdict = verdict, Origin = origin };
    }
}
