using System.Buffers;
using System.Net;
using EdgeSmtp.Filters.Milter.Wire;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Milter.Wire;

/// <summary>Packets byte for byte.</summary>
public sealed class MilterWriterTests
{
    private readonly MilterWriter _writer = new();

    [Fact]
    public void Negotiate_IsThreeNumbers()
    {
        _writer.Negotiate(6, MilterActions.AddHeaders | MilterActions.ReplaceBody, MilterSteps.NoBody);
        AssertWritten([0, 0, 0, 13, (byte)'O', 0, 0, 0, 6, 0, 0, 0, 3, 0, 0, 0, 16]);
    }

    [Fact]
    public void Connect_IsNameFamilyPortAddress()
    {
        _writer.Connect("mail.example", new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0x1234));
        AssertWritten([0, 0, 0, 27, .. "Cmail.example\04"u8, 0x12, 0x34, .. "192.0.2.1\0"u8]);
    }

    [Fact]
    public void Path_HasBracketsAndParameters()
    {
        _writer.Path(MilterCommand.Mail, "a@b"u8, ["SIZE=1"]);
        AssertWritten([0, 0, 0, 14, .. "M<a@b>\0SIZE=1\0"u8]);
    }

    [Theory]
    [InlineData("x", "x")]
    [InlineData("", "")]
    [InlineData(" a\r\n\tb\r\n c", " a\n\tb\n c")]
    [InlineData("ends\r\n", "ends\n")]
    [InlineData("nul\0here", "nul here")]
    public void Header_FoldsWithLfAndHoldsNoNul(string value, string written)
    {
        _writer.Header("N"u8, System.Text.Encoding.ASCII.GetBytes(value));
        AssertWritten([0, 0, 0, (byte)(written.Length + 4), .. "LN\0"u8, .. System.Text.Encoding.ASCII.GetBytes(written), 0]);
    }

    [Fact]
    public void Macros_NameTheirCommandFirst()
    {
        _writer.Macros(MilterCommand.Recipient, [new("i", "1"), new("{rcpt_addr}", "a@b")]);
        AssertWritten([0, 0, 0, 22, .. "DRi\01\0{rcpt_addr}\0a@b\0"u8]);
    }

    [Fact]
    public void Packets_FollowOneAnother_UntilTheyAreCleared()
    {
        _writer.Body(new ReadOnlySequence<byte>("ab"u8.ToArray()));
        _writer.Command(MilterCommand.EndOfBody);
        AssertWritten([0, 0, 0, 3, (byte)'B', (byte)'a', (byte)'b', 0, 0, 0, 1, (byte)'E']);
        _writer.Clear();
        AssertWritten([]);
    }

    private void AssertWritten(byte[] expected) => Assert.Equal(expected, _writer.Written.ToArray());
}
