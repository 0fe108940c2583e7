using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Queue.Envelopes;
using EdgeSmtp.Queue.Index;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Queue;

public sealed class OriginCodecTests
{
    private static readonly MailPath Path = new("a@example.org"u8.ToArray(), 1, "example.org");

    [Fact]
    public void Read_EverythingThatVersion3Has_IsTheSame()
    {
        Envelope envelope = Full();
        byte[] bytes = Write(envelope);
        ByteReader reader = new(bytes);
        Envelope read = EnvelopeCodec.Read(ref reader);

        Assert.True(reader.Rest.IsEmpty);
        Assert.Equal(3, bytes[0]);
        Assert.Equal(envelope.Owed, read.Owed);
        Assert.Equal(envelope.Recipients, read.Recipients);
        Assert.Equal(envelope with { Owed = read.Owed, Recipients = read.Recipients }, read);
        Assert.Equal(envelope.Received.ToUnixTimeMilliseconds(), EnvelopeCodec.ReadReceived(bytes));
    }

    [Fact]
    public void Write_OrdinaryMail_StaysVersion1()
    {
        byte[] bytes = Write(new Envelope { ReversePath = Path, Recipients = [new EnvelopeRecipient(Path)], Received = DateTimeOffset.UnixEpoch });
        Assert.Equal(1, bytes[0]);
    }

    [Fact]
    public void Since_NotSaid_IsWhenTheMessageWasReceived()
    {
        Envelope envelope = new() { ReversePath = Path, Recipients = [], Received = DateTimeOffset.UnixEpoch.AddDays(3) };
        Assert.Equal(envelope.Received, envelope.Since);
        Assert.Equal(3, Write(envelope with { Since = envelope.Received.AddDays(1) })[0]);
    }

    [Fact]
    public void Read_CutAnywhere_Throws()
    {
        byte[] bytes = Write(Full());
        for (int length = 0; length < bytes.Length; length++)
        {
            byte[] cut = bytes[..length];
            Assert.Throws<InvalidDataException>(() =>
            {
                ByteReader reader = new(cut);
                EnvelopeCodec.Read(ref reader);
            });
        }
    }

    [Theory]
    [InlineData(MessageLane.Delivery, false, 0)]
    [InlineData(MessageLane.Delivery, true, 1)]
    [InlineData(MessageLane.Pending, false, 2)]
    [InlineData(MessageLane.Quarantine, true, 5)]
    public void State_OfEveryLane_IsHeldForAProgramThatKnowsNone(MessageLane lane, bool held, byte expected)
    {
        ByteWriter writer = new();
        new MessageState(0, held, 0, 1, default, null, lane).Write(writer);
        Assert.Equal(expected, writer.Written(1, 1)[0]);
        ByteReader reader = new(writer.Written(0, writer.Length));
        MessageState read = MessageState.Read(ref reader);
        Assert.Equal((lane, held), (read.Lane, read.Held));
    }

    [Fact]
    public void State_OfALaneThatNobodyKnowsYet_IsRefused()
    {
        ByteWriter writer = new();
        new MessageState(0, false, 0, 1, default, null, (MessageLane)3).Write(writer);
        byte[] bytes = writer.Written(0, writer.Length).ToArray();
        Assert.Throws<InvalidDataException>(() =>
        {
            ByteReader reader = new(bytes);
            MessageState.Read(ref reader);
        });
    }

    private static Envelope Full() => new()
    {
        ReversePath = Path,
        Recipients =
        [
            new EnvelopeRecipient(Path) { Verdict = new VerdictNote("virus", "clam", "Eicar-Test"), Origin = new RecipientOrigin(Path, "strict", IsPostmaster: true, IsLocalDomain: false) },
            new EnvelopeRecipient(Path),
            new EnvelopeRecipient(Path) { Verdict = new VerdictNote("mixed-verdicts", null, null) },
            new EnvelopeRecipient(Path) { Origin = new RecipientOrigin(Path, string.Empty, IsPostmaster: false, IsLocalDomain: true) },
        ],
        Received = new DateTimeOffset(2026, 11, 22, 1, 2, 3, TimeSpan.Zero),
        Since = new DateTimeOffset(2026, 11, 25, 1, 2, 3, TimeSpan.Zero).AddTicks(7),
        Lane = MessageLane.Pending,
        Owed = ["spamassassin", "clamav"],
        Origin = new MessageOrigin
        {
            Transaction = "0123456789abc",
            Listener = "mx",
            Protocol = SessionProtocol.Qmtp,
            Client = new IPEndPoint(IPAddress.Parse("2001:db8::1"), 65535),
            Local = new IPEndPoint(IPAddress.Parse("192.0.2.25"), 25),
            Started = new DateTimeOffset(2026, 11, 22, 1, 2, 0, TimeSpan.Zero),
            ClientName = "mail.example.net",
            HelloKind = HelloKind.Helo,
            Hello = "mail.example.net",
            Tls = new TlsInfo("TLSv1.3", "TLS_AES_256_GCM_SHA384", "mx.example.org", null),
            AuthenticatedUser = "joe",
            Body = BodyType.EightBitMime,
            DeclaredSizeBytes = 1L << 33,
            TraceLength = 321,
        },
    };

    private static byte[] Write(Envelope envelope)
    {
        ByteWriter writer = new();
        EnvelopeCodec.Write(writer, envelope);
        return writer.Written(0, writer.Length).ToArray();
    }
}
