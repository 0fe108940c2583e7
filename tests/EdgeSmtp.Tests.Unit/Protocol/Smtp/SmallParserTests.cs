using EdgeSmtp.Protocol.Smtp;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Protocol.Smtp;

/// <summary>BDAT, HELO, xtext and enhanced codes.</summary>
public sealed class SmallParserTests
{
    [Theory]
    [InlineData("0", 0L, false)]
    [InlineData("86 LAST", 86L, true)]
    [InlineData("86 last ", 86L, true)]
    [InlineData("86   LAST", 86L, true)]
    [InlineData("000000000000000000000000000086", 86L, false)]
    [InlineData("9223372036854775807 LAST", long.MaxValue, true)]
    public void Bdat_Rfc3030Section2_IsTaken(string argument, long size, bool last)
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
    public void Bdat_AnythingElse_IsSyntax(string argument) => Assert.Equal(CommandError.Syntax, BdatCommand.TryParse(Bytes.Of(argument), out _));

    [Theory]
    [InlineData("mail.example.com", HelloForm.Domain, "mail.example.com")]
    [InlineData("localhost", HelloForm.Domain, "localhost")]
    [InlineData("b\u00c3\u00bccher.example", HelloForm.Domain, "b\u00fccher.example")]
    [InlineData("[192.0.2.1]", HelloForm.AddressLiteral, "[192.0.2.1]")]
    [InlineData("[IPv6:::1]", HelloForm.AddressLiteral, "[IPv6:::1]")]
    [InlineData("[::1]", HelloForm.Other, "[::1]")]
    [InlineData("my_pc", HelloForm.Other, "my_pc")]
    [InlineData("my pc", HelloForm.Other, "my?pc")]
    [InlineData("(x) by evil", HelloForm.Other, "?x??by?evil")]
    [InlineData("a;b\"c\\<d>@e", HelloForm.Other, "a?b?c??d??e")]
    public void Hello_PrintableName_IsClassed(string argument, HelloForm form, string trace)
    {
        Assert.Equal(CommandError.None, HelloArgument.TryParse(Bytes.Of(argument), out HelloArgument hello));
        Assert.Equal(form, hello.Form);
        Assert.Equal(trace, hello.TraceName);
        Assert.Equal(argument, Bytes.Text(Bytes.Utf8(hello.Name)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\tb")]
    [InlineData("a\u001b[2Jb")]
    [InlineData("a\u007f")]
    [InlineData("a\u00ff")]
    [InlineData("a\u00c2\u0085b")]
    [InlineData("a\u00e2\u0080\u00a8b")]
    public void Hello_ControlsAndGarbage_AreBadHello(string argument) =>
        Assert.Equal(CommandError.BadHello, HelloArgument.TryParse(Bytes.Of(argument), out _));

    [Theory]
    [InlineData(254, CommandError.None)]
    [InlineData(255, CommandError.None)]
    [InlineData(256, CommandError.BadHello)]
    public void Hello_NameAroundItsLimit_IsTakenUpToIt(int length, CommandError error) =>
        Assert.Equal(error, HelloArgument.TryParse(Bytes.Of(new string('x', length)), out _));

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a+b=c d", "a+2Bb+3Dc+20d")]
    [InlineData("\u00fc\r\n", "+C3+BC+0D+0A")]
    public void Xtext_RoundTrip_GivesTheTextBack(string text, string encoded)
    {
        Assert.Equal(encoded, Xtext.Encode(text));
        Assert.True(Xtext.TryDecode(Bytes.Of(encoded), out string? decoded));
        Assert.Equal(text, decoded);
        Assert.True(Xtext.IsValid(Bytes.Of(encoded)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a=b")]
    [InlineData("a+")]
    [InlineData("a+4")]
    [InlineData("a+4g")]
    [InlineData("a+4a")]
    [InlineData("\u00fc")]
    [InlineData("a\r")]
    public void Xtext_Malformed_IsNot(string encoded)
    {
        Assert.False(Xtext.IsValid(Bytes.Of(encoded)));
        Assert.False(Xtext.TryDecode(Bytes.Of(encoded), out _));
    }

    [Theory]
    [InlineData("a+41", true)]
    [InlineData("a+20b", true)]
    [InlineData("a+0A", false)]
    [InlineData("a+7F", false)]
    [InlineData("a+C3+BC", false)]
    public void Xtext_IsPrintable_LooksAtWhatItDecodesTo(string encoded, bool printable) => Assert.Equal(printable, Xtext.IsPrintable(Bytes.Of(encoded)));

    [Theory]
    [InlineData("2.0.0", true)]
    [InlineData("5.7.999", true)]
    [InlineData("4.100.1", true)]
    [InlineData("3.0.0", false)]
    [InlineData("5.01.1", false)]
    [InlineData("5.1", false)]
    [InlineData("5.1.1.1", false)]
    [InlineData("5.1.1000", false)]
    [InlineData("5.1.", false)]
    [InlineData("5..1", false)]
    [InlineData("5.1.1 ", false)]
    [InlineData("", false)]
    public void EnhancedStatusCode_Rfc3463Section2_IsChecked(string text, bool valid)
    {
        Assert.Equal(valid, EnhancedStatusCode.TryParse(text, out EnhancedStatusCode code));
        if (valid) Assert.Equal(text, code.ToString());
    }

    [Theory]
    [InlineData(550, "5.1.1", true)]
    [InlineData(450, "5.1.1", false)]
    [InlineData(250, "2.0.0", true)]
    [InlineData(354, "2.0.0", false)]
    public void EnhancedStatusCode_ClassAndReplyCode_MustAgree(ushort reply, string text, bool valid) =>
        Assert.Equal(valid, EnhancedStatusCode.IsValidFor(reply, text));
}
