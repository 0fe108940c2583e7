using System.Buffers;
using EdgeSmtp.Protocol.Smtp;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Protocol.Smtp;

/// <summary>The vectorised decoder against the literal reading of the RFC, with fixed seeds.</summary>
public sealed class DataDecoderFuzzTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Decode_RandomInputWithRandomSplitsAndOutputs_AgreesWithReference(int seed)
    {
        Random random = new(seed);
        DataDecoder decoder = new();
        byte[] output = new byte[4096];
        for (int round = 0; round < 60_000; round++)
        {
            string wire = WireGenerator.Next(random, endData: true);
            DataReference expected = DataReference.OfData(wire);
            byte[] input = Bytes.Of(wire);
            decoder.Reset();
            DecodeStatus status = DecodePieces(decoder, random, input, output, out int consumed, out int written);

            string got = Bytes.Text(output.AsSpan(0, written));
            if (!expected.Ended)
            {
                // What is undecided at the end (an open line, a held CR, a dot) is the decoder's to keep; what is out must be right.
                Assert.Equal(DecodeStatus.NeedInput, status);
                Assert.StartsWith(expected.Content, got, StringComparison.Ordinal);
                Assert.Equal(input.Length, consumed);
                continue;
            }

            Assert.Equal(DecodeStatus.End, status);
            Assert.Equal(expected.Content, got);
            Assert.Equal(expected.Consumed, consumed);
            Assert.Equal(expected.Flags, decoder.Flags);
            Assert.Equal(expected.LongestLine, decoder.LongestLine);
            Assert.Equal(expected.Content.Length, decoder.ContentBytes);
            Assert.Equal(expected.Content.Split("\r\n").Length - 1, decoder.Lines);
        }
    }

    [Fact]
    public void Decode_RandomSequences_AgreesWithReference()
    {
        Random random = new(5);
        DataDecoder decoder = new();
        for (int round = 0; round < 20_000; round++)
        {
            string wire = WireGenerator.Next(random, endData: true);
            DataReference expected = DataReference.OfData(wire);
            if (!expected.Ended) continue;
            byte[] input = Bytes.Of(wire);
            ReadOnlySequence<byte> sequence = Bytes.Split(input, Bytes.RandomCuts(random, input.Length));
            ArrayBufferWriter<byte> output = new();
            decoder.Reset();
            DecodeStatus status = decoder.Decode(sequence, output, out SequencePosition consumed);
            Assert.Equal(DecodeStatus.End, status);
            Assert.Equal(expected.Consumed, sequence.GetOffset(consumed));
            Assert.Equal(expected.Content, Bytes.Text(output.WrittenSpan));
        }
    }

    [Fact]
    public void Decode_RandomInput_NeverGivesOutForbiddenBytes()
    {
        Random random = new(6);
        DataDecoder decoder = new();
        byte[] output = new byte[4096];
        for (int round = 0; round < 20_000; round++)
        {
            byte[] input = Bytes.Of(WireGenerator.Next(random, endData: false) + "\r\n.\r\n");
            decoder.Reset();
            DecodePieces(decoder, random, input, output, out _, out int written);
            string rest = Bytes.Text(output.AsSpan(0, written)).Replace("\r\n", string.Empty);
            Assert.DoesNotContain('\r', rest);
            Assert.DoesNotContain('\n', rest);
            Assert.DoesNotContain('\0', rest);
        }
    }

    private static DecodeStatus DecodePieces(DataDecoder decoder, Random random, byte[] input, byte[] output, out int consumed, out int written)
    {
        consumed = written = 0;
        DecodeStatus status = DecodeStatus.NeedInput;
        int end = 0;
        while (status != DecodeStatus.End && (consumed < input.Length || end < input.Length))
        {
            if (end <= consumed) end = Math.Min(input.Length, consumed + random.Next(1, 90));
            int room = Math.Min(output.Length - written, random.Next(3, 100));
            status = decoder.Decode(input.AsSpan(consumed, end - consumed), output.AsSpan(written, room), out int used, out int made);
            consumed += used;
            written += made;
        }

        return status;
    }
}
