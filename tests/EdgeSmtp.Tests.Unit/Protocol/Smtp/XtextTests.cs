using EdgeSmtp.Protocol.Smtp;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Protocol.Smtp;

/// <summary>RFC 3461 §4.</summary>
public sealed class XtextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a+b=c d", "a+2Bb+3Dc+20d")]
    [InlineData("\u00fc\r\n", "+C3+BC+0D+0A")]
    public void Encode_AnyText_IsDecodedBack(string text, string encoded)
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
    public void IsValid_Malformed_IsFalse(string encoded)
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
    public void IsPrintable_LooksAtWhatItDecodesTo(string encoded, bool printable) => Assert.Equal(printable, Xtext.IsPrintable(Bytes.Of(encoded)));
}
