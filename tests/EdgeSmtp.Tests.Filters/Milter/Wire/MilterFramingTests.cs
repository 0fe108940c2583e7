using CsCheck;
using EdgeSmtp.Filters.Milter;
using EdgeSmtp.Filters.Milter.Wire;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Milter.Wire;

/// <summary>Packets out of bytes, however those arrive.</summary>
public sealed class MilterFramingTests
{
    private static readonly byte[] Stream =
        [.. MilterPackets.Packet('c'), .. MilterPackets.Texts('h', "X-A", "value"), .. MilterPackets.Packet('b', new byte[5000]), .. MilterPackets.Packet('p'), .. MilterPackets.Packet('a')];

    [Fact]
    public void Stream_CutAtEveryByte_GivesTheSamePackets()
    {
        string[] whole = [.. Read(new MilterFraming(8192), Stream)];
        Assert.Equal(["c0", "h10", "b5000", "p0", "a0"], whole);
        for (int cut = 0; cut <= Stream.Length; cut++)
        {
            MilterFraming framing = new(8192);
            Assert.Equal(whole, Read(framing, Stream[..cut]).Concat(Read(framing, Stream[cut..])));
            Assert.False(framing.HasRest);
        }
    }

    [Fact]
    public void Stream_ByteByByte_GivesTheSamePackets()
    {
        MilterFraming framing = new(8192);
        Assert.Equal(["c0", "h10", "b5000", "p0", "a0"], Stream.SelectMany(one => Read(framing, [one])));
    }

    [Theory]
    [InlineData(99, true)]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void Packet_UpToTheLimit_IsTaken(int bytes, bool isTaken)
    {
        byte[] packet = MilterPackets.Packet('b', new byte[bytes - 1]);
        Exception? failure = Record.Exception(() => Read(new MilterFraming(100), packet).ToList());
        Assert.Equal(isTaken, failure is null);
        Assert.True(failure is null or MilterException);
    }

    [Fact]
    public void LengthAlone_BeyondTheLimit_IsRefusedBeforeAnythingIsMadeForIt() =>
        Assert.Throws<MilterException>(() => Read(new MilterFraming(1 << 20), [0x7F, 0xFF, 0xFF, 0xFF]).ToList());

    [Fact]
    public void AnyBytes_GivePacketsOrAFailure() => Gen.Byte.Array[0, 300].Sample(static bytes =>
    {
        MilterFraming framing = new(200);
        try
        {
            foreach (MilterPacket packet in Packets(framing, bytes))
            {
                _ = MilterReply.Read(packet);
            }
        }
        catch (MilterException)
        {
            // What no milter says.
        }
    });

    /// <summary>What is a packet by its length, and anything inside: the reader of replies never does more than refuse.</summary>
    [Fact]
    public void AnyPacket_IsReadOrRefused() => Gen.Select(Gen.Byte, Gen.Byte.Array[0, 60]).Sample(static (kind, data) =>
    {
        try
        {
            MilterReply reply = MilterReply.Read(new MilterPacket(kind, data));
            Assert.True(reply.Index >= 0 && reply.Name.Length + reply.Text.Length + reply.Piece.Length <= data.Length);
        }
        catch (MilterException)
        {
            // Refused.
        }
    });

    private static IEnumerable<string> Read(MilterFraming framing, byte[] bytes) => Packets(framing, bytes).Select(static packet => $"{(char)packet.Kind}{packet.Data.Length}");

    private static IEnumerable<MilterPacket> Packets(MilterFraming framing, byte[] bytes)
    {
        Memory<byte> rest = bytes;
        while (!rest.IsEmpty)
        {
            Memory<byte> free = framing.Free();
            int count = Math.Min(free.Length, rest.Length);
            rest[..count].CopyTo(free);
            framing.Take(count);
            rest = rest[count..];
            while (framing.TryRead(out MilterPacket packet))
            {
                yield return packet;
            }
        }
    }
}
