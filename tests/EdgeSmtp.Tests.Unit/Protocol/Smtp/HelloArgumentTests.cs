using EdgeSmtp.Protocol.Smtp;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Protocol.Smtp;

/// <summary>RFC 5321 §4.1.1.1.</summary>
public sealed class HelloArgumentTests
{
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
    public void TryParse_PrintableName_IsClassed(string argument, HelloForm form, string trace)
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
    public void TryParse_ControlsAndGarbage_AreBadHello(string argument) =>
        Assert.Equal(CommandError.BadHello, HelloArgument.TryParse(Bytes.Of(argument), out _));

    [Theory]
    [InlineData(254, CommandError.None)]
    [InlineData(255, CommandError.None)]
    [InlineData(256, CommandError.BadHello)]
    public void TryParse_NameAroundItsLimit_IsTakenUpToIt(int length, CommandError error) =>
        Assert.Equal(error, HelloArgument.TryParse(Bytes.Of(new string('x', length)), out _));

    [Fact]
    public void TryParse_RandomBytes_NeverThrowsAndTracesSafely()
    {
        Random random = new(102);
        byte[] text = new byte[12];
        for (int round = 0; round < 20_000; round++)
        {
            random.NextBytes(text);
            if (round % 2 == 0)
                for (int i = 0; i < text.Length; i++) text[i] = (byte)(0x20 + (text[i] % 0x5F));
            if (HelloArgument.TryParse(text, out HelloArgument hello) != CommandError.None || hello.Form == HelloForm.Domain) continue;
            Assert.Matches("^[A-Za-z0-9._:?\\[\\]-]+$", hello.TraceName);
        }
    }
}
