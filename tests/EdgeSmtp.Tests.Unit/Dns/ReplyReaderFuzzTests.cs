using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Dns;
using EdgeSmtp.Dns.Exchange;
using EdgeSmtp.Dns.Wire;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Dns;

/// <summary>The parsers of messages, on messages that nobody wrote: they say garbage or an answer, never throw, and always end.</summary>
public sealed class ReplyReaderFuzzTests
{
    private static readonly DnsRecordType[] Types = Enum.GetValues<DnsRecordType>();

    [Fact]
    public void Messages_OfNoise_NeverThrow()
    {
        Random random = new(20261123);
        for (int i = 0; i < 200_000; i++)
        {
            byte[] octets = new byte[random.Next(80)];
            random.NextBytes(octets);
            Read(octets, new DnsKey("a.test", Types[i % Types.Length]));
        }
    }

    [Fact]
    public void Messages_WithSomeOctetsChanged_NeverThrow()
    {
        Random random = new(7);
        byte[][] whole = [.. Types.Select(Whole)];
        for (int i = 0; i < 200_000; i++)
        {
            byte[] octets = [.. whole[i % whole.Length]];
            for (int change = random.Next(1, 6); change > 0; change--)
            {
                octets[random.Next(octets.Length)] = random.Next(4) switch { 0 => 0xC0, 1 => 0xFF, 2 => (byte)random.Next(16), _ => (byte)random.Next(256) };
            }

            Read(random.Next(3) == 0 ? octets[..random.Next(octets.Length)] : octets, new DnsKey("a.test", Types[i % Types.Length]));
        }
    }

    [Fact]
    public void Messages_CutAtEveryOctet_AreGarbageOrWhole()
    {
        foreach (DnsRecordType type in Types)
        {
            byte[] octets = Whole(type);
            DnsKey key = new("a.test", type);
            Assert.Equal(ReplyFailure.None, ReplyReader.Read(octets, key, trusted: false, out DnsReply reply));
            Assert.Equal(DnsStatus.Found, reply.Answer.Status);
            for (int length = 0; length < octets.Length; length++)
            {
                Assert.NotEqual(ReplyFailure.None, ReplyReader.Read(octets.AsSpan(0, length), key, trusted: false, out _));
            }
        }
    }

    // The longest chain of pointers that a message can hold ends where it began.
    [Fact]
    public void Name_OfPointersOnly_Ends()
    {
        byte[] octets = new byte[16_384];
        for (int i = 0; i + 1 < octets.Length; i += 2)
        {
            int target = Math.Max(0, i - 2);
            (octets[i], octets[i + 1]) = ((byte)(0xC0 | (target >> 8)), (byte)target);
        }

        Assert.False(WireName.TryRead(octets, octets.Length - 2, out _));
        Assert.False(WireName.Is(octets, octets.Length - 2, "a.test"));
    }

    [Theory]
    [InlineData("a.test", "a.test", true)]
    [InlineData("A.tEsT", "a.test", true)]
    [InlineData("a.test.x", "a.test", false)]
    [InlineData("a", "a.test", false)]
    [InlineData("a.tes", "a.test", false)]
    [InlineData("b.test", "a.test", false)]
    [InlineData("_25._tcp.mx.test", "_25._tcp.mx.test", true)]
    public void Name_Written_IsReadAndCompared(string written, string asked, bool same)
    {
        byte[] octets = new byte[300];
        int length = WireName.Write(octets, written);
        Assert.Equal(written.Length + 2, length);
        Assert.Equal(same, WireName.Is(octets, 0, asked));
        Assert.True(WireName.TryRead(octets, 0, out string read));
        Assert.Equal(written.ToLowerInvariant(), read);
        int at = 0;
        Assert.True(WireName.TrySkip(octets, ref at));
        Assert.Equal(length, at);
    }

    // A label with a dot inside looks like two, and is neither.
    [Fact]
    public void Name_WithADotInALabel_IsNotTheNameItLooksLike()
    {
        byte[] octets = [6, (byte)'a', (byte)'.', (byte)'t', (byte)'e', (byte)'s', (byte)'t', 0];
        Assert.False(WireName.Is(octets, 0, "a.test"));
        Assert.False(WireName.TryRead(octets, 0, out _));
    }

    private static void Read(byte[] octets, DnsKey key)
    {
        WireMessage.IsReplyTo(octets, (ushort)(octets.Length > 1 ? (octets[0] << 8) | octets[1] : 0), key);
        ReplyReader.Read(octets, key, trusted: true, out _);
    }

    private static byte[] Whole(DnsRecordType type)
    {
        WireReply reply = new WireReply().Soa(60, 60);
        reply = type switch
        {
            DnsRecordType.A => reply.A("a.test", "192.0.2.1", 60),
            DnsRecordType.Aaaa => reply.Aaaa("a.test", "2001:db8::1", 60),
            DnsRecordType.Mx => reply.Mx("a.test", 10, "mx.test", 60),
            DnsRecordType.Txt => reply.Txt("a.test", 60, "one"u8.ToArray(), "two"u8.ToArray()),
            DnsRecordType.Ptr => reply.Pointer("a.test", "host.test", 60),
            DnsRecordType.Cname => reply.Alias("a.test", "host.test", 60),
            DnsRecordType.Tlsa => reply.Tlsa("a.test", 60, 3, 1, 1, 9),
            _ => reply.SoaAnswer("a.test", 60, 60),
        };
        byte[] question = [1, (byte)'a', 4, (byte)'t', (byte)'e', (byte)'s', (byte)'t', 0, 0, (byte)type, 0, 1];
        return reply.ToBytes([1, 2], question, new WireQuestion("a.test", type, false, false));
    }
}
