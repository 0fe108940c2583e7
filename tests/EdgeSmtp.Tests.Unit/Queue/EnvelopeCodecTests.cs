using System.Diagnostics;
using System.Text;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Queue.Envelopes;
using EdgeSmtp.Queue.Index;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Queue;

public sealed class EnvelopeCodecTests
{
    [Fact]
    public void Read_WhatWasWritten_IsTheSameByteForByte()
    {
        byte[] path = Encoding.UTF8.GetBytes("\"Jörg \\\"x\\\"\"@Bücher.Example");
        Envelope envelope = new()
        {
            ReversePath = new MailPath(path, path.Length - "@Bücher.Example"u8.Length, "xn--bcher-kva.example"),
            Recipients =
            [
                new EnvelopeRecipient(new MailPath("Postmaster"u8.ToArray(), 10, string.Empty)),
                new EnvelopeRecipient(new MailPath("a@[192.0.2.1]"u8.ToArray(), 1, "[192.0.2.1]"), DsnNotify.Success | DsnNotify.Delay, "rfc822;b+2Bc@example.org"),
            ],
            Received = new DateTimeOffset(2026, 11, 22, 1, 2, 3, 456, TimeSpan.Zero).AddTicks(789),
            Return = DsnReturn.Headers,
            EnvelopeId = "QQ314159",
            Flags = EnvelopeFlags.Held | EnvelopeFlags.SmtpUtf8 | EnvelopeFlags.FromRelayClient,
            SessionId = "s-1",
            Queue = "bulk",
        };
        ByteWriter writer = new();
        EnvelopeCodec.Write(writer, envelope);
        ByteReader reader = new(writer.Written(0, writer.Length));
        Envelope read = EnvelopeCodec.Read(ref reader);

        Assert.True(reader.Rest.IsEmpty);
        Assert.Equal(path, read.ReversePath.Bytes.ToArray());
        Assert.Equal(envelope.ReversePath.LocalPart, read.ReversePath.LocalPart);
        Assert.Equal("xn--bcher-kva.example", read.ReversePath.DomainALabel);
        Assert.Equal(envelope.Recipients, read.Recipients);
        Assert.Equal(envelope with { ReversePath = read.ReversePath, Recipients = read.Recipients }, read);
        Assert.Equal(envelope.Received.ToUnixTimeMilliseconds(), EnvelopeCodec.ReadReceived(writer.Written(0, writer.Length)));
    }

    [Fact]
    public void Read_TraceOfAMessage_IsTheSameAndFromElsewhere()
    {
        Envelope envelope = Traced();
        ByteWriter writer = new();
        EnvelopeCodec.Write(writer, envelope);
        ByteReader reader = new(writer.Written(0, writer.Length));
        Envelope read = EnvelopeCodec.Read(ref reader);
        Assert.True(reader.Rest.IsEmpty);
        Assert.Equal((envelope.Trace.TraceId, envelope.Trace.SpanId, envelope.Trace.TraceFlags), (read.Trace.TraceId, read.Trace.SpanId, read.Trace.TraceFlags));
        Assert.True(read.Trace.IsRemote);
        Assert.Equal(envelope.Received.ToUnixTimeMilliseconds(), EnvelopeCodec.ReadReceived(writer.Written(0, writer.Length)));
    }

    [Fact]
    public void Write_WithoutFurtherFields_IsTheFirstVersionThatEveryProgramReads()
    {
        ByteWriter writer = new();
        EnvelopeCodec.Write(writer, Traced() with { Trace = default });
        Assert.Equal(1, writer.Written(0, 1)[0]);
    }

    [Fact]
    public void Read_FieldsOfAnotherProgram_AreSkipped()
    {
        ByteWriter writer = new();
        EnvelopeCodec.Write(writer, Traced());
        int fields = writer.Length - (1 + 1 + 1 + 25);
        byte[] bytes = [.. writer.Written(0, fields), 2, 200, 3, 1, 2, 3, .. writer.Written(fields + 1, 27)];
        ByteReader reader = new(bytes);
        Assert.Equal(Traced().Trace.SpanId, EnvelopeCodec.Read(ref reader).Trace.SpanId);
        Assert.True(reader.Rest.IsEmpty);
    }

    [Fact]
    public void Read_NullReversePath_StaysNull()
    {
        ByteWriter writer = new();
        EnvelopeCodec.Write(writer, new Envelope { ReversePath = MailPath.Null, Recipients = [], Received = DateTimeOffset.UnixEpoch });
        ByteReader reader = new(writer.Written(0, writer.Length));
        Envelope read = EnvelopeCodec.Read(ref reader);
        Assert.True(read.ReversePath.IsNull);
        Assert.Null(read.EnvelopeId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_CutAnywhere_Throws(bool isTraced)
    {
        ByteWriter writer = new();
        EnvelopeCodec.Write(writer, isTraced ? Traced() : Traced() with { Trace = default });
        for (int length = 0; length < writer.Length; length++)
        {
            byte[] cut = writer.Written(0, length).ToArray();
            Assert.Throws<InvalidDataException>(() =>
            {
                ByteReader reader = new(cut);
                EnvelopeCodec.Read(ref reader);
            });
        }
    }

    [Fact]
    public void Read_NewerVersion_IsRefused()
    {
        Assert.Throws<InvalidDataException>(static () =>
        {
            ByteReader reader = new([9, 0, 0]);
            EnvelopeCodec.Read(ref reader);
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1000)]
    public void State_OfAnyNumberOfRecipients_SurvivesWritingAndReading(int recipients)
    {
        int[] done = [0, recipients / 2, recipients - 1];
        MessageState state = new(3, true, 1234567890123, (ushort)recipients, default(RecipientBits).With(done, recipients), "451 4.7.1 später");
        ByteWriter writer = new();
        state.Write(writer);
        ByteReader reader = new(writer.Written(0, writer.Length));
        MessageState read = MessageState.Read(ref reader);
        Assert.True(reader.Rest.IsEmpty);
        Assert.Equal(done.Distinct().Count(), read.Done.Count);
        Assert.All(Enumerable.Range(0, recipients), i => Assert.Equal(done.Contains(i), read.Done[i]));
        Assert.Equal(state with { Done = read.Done }, read);
    }

    [Fact]
    public void Cut_LongStatus_KeepsTwoHundredCharactersAndNoHalfOnes()
    {
        Assert.Equal(200, MessageState.Cut(new string('x', 500))!.Length);
        Assert.Equal(199, MessageState.Cut(new string('x', 199) + "😀😀")!.Length);
        Assert.Null(MessageState.Cut(null));
    }

    private static Envelope Traced() => new()
    {
        ReversePath = MailPath.Null,
        Recipients = [new EnvelopeRecipient(MailPath.Null)],
        Received = DateTimeOffset.UnixEpoch,
        Trace = new ActivityContext(
            ActivityTraceId.CreateFromString("0af7651916cd43dd8448eb211c80319c"), ActivitySpanId.CreateFromString("b7ad6b7169203331"), ActivityTraceFlags.Recorded),
    };
}
