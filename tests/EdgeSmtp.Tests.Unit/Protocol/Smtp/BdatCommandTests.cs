using EdgeSmtp.Protocol.Smtp;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Protocol.Smtp;

/// <summary>RFC 3030 §2.</summary>
public sealed class BdatCommandTests
{
    [Theory]
    [InlineData("0", 0L, false)]
    [InlineData("86 LAST", 86L, true)]
    [InlineData("86 last ", 86L, true)]
    [InlineData("86   LAST", 86L, true)]
    [InlineData("000000000000000000000000000086", 86L, false)]
    [InlineData("9223372036854775807 LAST", long.MaxValue, true)]
    public void TryParse_Rfc3030Section2_IsTaken(string argument, long size, bool last)
    {
        Assert.Equal(CommandError.None, BdatCommand.TryParse(Bytes.Of(argument), out BdatCommand bdat));
        Assert.Equal(new BdatCommand(size, last), bdat);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("abc")]
    [InlineData("5 5")]
    [InlineData("5LAST")]
    [InlineData("5 LASTX")]
    [InlineData("5 LAST LAST")]
    [InlineData("LAST")]
    [InlineData("0x10")]
    [InlineData("5\tLAST")]
    [InlineData("9223372036854775808")]
    [InlineData("99999999999999999999")]
    public void TryParse_AnythingElse_IsSyntax(string argument) => Assert.Equal(CommandError.Syntax, BdatCommand.TryParse(Bytes.Of(argument), out _));

    [Fact]
    public void TryParse_RandomText_NeverThrows()
    {
        const string Alphabet = "0123456789 LASTlast-+x\t\u00ff";
        Random random = new(101);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] text = Bytes.Of(string.Concat(Enumerable.Range(0, random.Next(0, 24)).Select(_ => Alphabet[random.Next(Alphabet.Length)])));
            CommandError error = BdatCommand.TryParse(text, out BdatCommand bdat);
            Assert.True(error is CommandError.None or CommandError.Syntax);
            Assert.True(bdat.SizeBytes >= 0);
        }
    }
}
