using EdgeSmtp.Protocol.Smtp;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Protocol.Smtp;

public sealed class Utf8AddressXtextTests
{
    [Theory]
    [InlineData("joe@d.example", "joe@d.example")]
    [InlineData("jos\u00e9@d.example", "jos\\x{E9}@d.example")]
    [InlineData("\u7528\u6237@d.example", "\\x{7528}\\x{6237}@d.example")]
    [InlineData("\U0001F4E7@d.example", "\\x{1F4E7}@d.example")]
    public void Encode_Address_ComesBackByDecode(string address, string encoded)
    {
        Assert.Equal(encoded, Utf8AddressXtext.Encode(address));
        Assert.Equal(address, Utf8AddressXtext.Decode(encoded));
    }

    [Theory]
    [InlineData("a\\x{D}@d.example")]
    [InlineData("a\\x{85}@d.example")]
    [InlineData("a\\x{2028}@d.example")]
    [InlineData("a\\x{D800}@d.example")]
    [InlineData("a\\x{110000}@d.example")]
    [InlineData("a\\x{@d.example")]
    [InlineData("a\\x{}@d.example")]
    public void Decode_WhatIsNoSuchForm_Stays(string text) => Assert.Equal(text, Utf8AddressXtext.Decode(text));
}
