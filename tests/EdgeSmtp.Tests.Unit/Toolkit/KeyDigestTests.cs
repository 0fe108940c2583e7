using System.Net;
using System.Text;
using EdgeSmtp.Testing.Sessions;
using EdgeSmtp.Toolkit.Net;
using EdgeSmtp.Toolkit.Tables;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Toolkit;

public sealed class KeyDigestTests
{
    [Fact]
    public void Parts_CutElsewhere_GiveAnotherKey()
    {
        HashSet<UInt128> keys = [];
        foreach (string[] parts in new string[][] { ["ab", "c"], ["a", "bc"], ["abc"], ["abc", ""], ["", "abc"], [] })
        {
            Assert.True(keys.Add(Of(parts)));
        }
    }

    [Fact]
    public void Key_IsTheSameInEveryProcess() =>

        // SHA-256 of 00 "ab" 00000002 "c" 00000001, its first half.
        Assert.Equal(Expected("\0ab\0\0\0\x02" + "c\0\0\0\x01"), Of("ab", "c"));

    [Fact]
    public void WholeKey_BeginsWithTheCutOne_AndHoldsAllOfADigest()
    {
        KeyDigest key = new(stackalloc byte[KeyDigest.BufferBytes]);
        key.AddLower("ab");
        Assert.Equal(Of("ab"), key.FinishWhole().High);
        HashSet<Digest256> keys = [];
        foreach (Digest256 part in new Digest256[] { default, new(1, 0), new(0, 1), key.FinishWhole() })
        {
            Assert.True(keys.Add(OfDigest(part)));
        }
    }

    [Theory]
    [InlineData(495)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(2_000)]
    public void Key_LongerThanTheBuffer_DependsOnEveryByte(int length)
    {
        HashSet<UInt128> keys = [Of(new string('x', length - 1)), Of(new string('x', length))];
        for (int at = 0; at < length; at += 7)
        {
            keys.Add(Of(string.Concat(new string('x', at), "y", new string('x', length - at - 1))));
        }

        Assert.Equal(2 + ((length + 6) / 7), keys.Count);
    }

    [Fact]
    public void Text_WithoutCase_IsTheSame()
    {
        Assert.Equal(Of("Client.Example"), Of("CLIENT.example"));
        Assert.Equal(OfBytes("jürgen\U0001F600"u8), Of("jürgen\U0001F600"));
        string long1 = new string('é', 63) + "\U0001F600" + new string('é', 70);
        Assert.Equal(OfBytes(Encoding.UTF8.GetBytes(long1)), Of(long1));
    }

    [Theory]
    [InlineData("Joe@Example.COM", "joe@example.com", true)]
    [InlineData("\"joe\"@example.com", "joe@example.com", true)]
    [InlineData("jo.e@example.com", "joe@example.com", false)]
    [InlineData("postmaster", "postmaster@example.com", false)]
    [InlineData("JÜRGEN@example.com", "jürgen@example.com", true)]
    [InlineData("", "x@example.com", false)]
    public void Path_ComparesAsItsKey(string one, string other, bool same)
    {
        Assert.Equal(same, OfPath(one) == OfPath(other));
        Assert.Equal(TestPath.Of(one).Equals(TestPath.Of(other)), OfPath(one) == OfPath(other));
    }

    [Theory]
    [InlineData("bounce-123-45@lists.example", "bounce-9-1234567@lists.example", true)]
    [InlineData("bounce-123@lists.example", "bounce-@lists.example", false)]
    [InlineData("a1b@x.example", "a2b@x.example", true)]
    [InlineData("a1@x1.example", "a1@x2.example", false)]
    [InlineData("A1@x.example", "a7@X.example", true)]
    [InlineData("", "1@x.example", false)]
    public void PathWithoutNumbers_JoinsRunsOfDigits(string one, string other, bool same) => Assert.Equal(same, OfNumbered(one) == OfNumbered(other));

    [Fact]
    public void Network_IsFamilyPrefixAndBits()
    {
        HashSet<UInt128> keys = [];
        Assert.True(keys.Add(OfNetwork("192.0.2.1", 32, 64)));
        Assert.True(keys.Add(OfNetwork("192.0.2.1", 24, 64)));
        Assert.False(keys.Add(OfNetwork("192.0.2.200", 24, 64)));
        Assert.True(keys.Add(OfNetwork("::c000:201", 32, 64)));
        Assert.False(keys.Add(OfNetwork("::ffff:192.0.2.1", 32, 64)));
        Assert.True(keys.Add(OfNetwork("2001:db8::1", 32, 64)));
        Assert.False(keys.Add(OfNetwork("2001:db8::ffff:1:2", 32, 64)));
        Assert.True(keys.Add(OfNetwork("2001:db8:0:1::1", 32, 64)));
    }

    [Fact]
    public void Making_AllocatesNothing()
    {
        var path = TestPath.Of("sender-123@example.org");
        ClientNetwork network = ClientNetwork.Of(IPAddress.Loopback);
        for (int i = 0; i < 100; i++)
        {
            Make();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            Make();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Make()
        {
            KeyDigest digest = new(stackalloc byte[KeyDigest.BufferBytes]);
            digest.Add(network);
            digest.Add(path);
            digest.AddWithoutNumbers(path);
            digest.AddLower("client.example");
            digest.Finish();
        }
    }

    private static UInt128 Of(params string[] parts)
    {
        KeyDigest digest = new(stackalloc byte[KeyDigest.BufferBytes]);
        foreach (string part in parts)
        {
            digest.AddLower(part);
        }

        return digest.Finish();
    }

    private static UInt128 OfBytes(ReadOnlySpan<byte> bytes)
    {
        KeyDigest digest = new(stackalloc byte[KeyDigest.BufferBytes]);
        digest.Add(bytes);
        return digest.Finish();
    }

    private static UInt128 OfPath(string path)
    {
        KeyDigest digest = new(stackalloc byte[KeyDigest.BufferBytes]);
        digest.Add(TestPath.Of(path));
        return digest.Finish();
    }

    private static Digest256 OfDigest(Digest256 part)
    {
        KeyDigest digest = new(stackalloc byte[KeyDigest.BufferBytes]);
        digest.Add(part);
        return digest.FinishWhole();
    }

    private static UInt128 OfNumbered(string path)
    {
        KeyDigest digest = new(stackalloc byte[KeyDigest.BufferBytes]);
        digest.AddWithoutNumbers(TestPath.Of(path));
        return digest.Finish();
    }

    private static UInt128 OfNetwork(string address, int v4, int v6)
    {
        KeyDigest digest = new(stackalloc byte[KeyDigest.BufferBytes]);
        digest.Add(ClientNetwork.Of(IPAddress.Parse(address), v4, v6));
        return digest.Finish();
    }

    private static UInt128 Expected(string latin1) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(System.Security.Cryptography.SHA256.HashData(Encoding.Latin1.GetBytes(latin1)));
}
