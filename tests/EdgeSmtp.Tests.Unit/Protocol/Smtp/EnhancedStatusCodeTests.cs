using EdgeSmtp.Protocol.Smtp;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Protocol.Smtp;

/// <summary>RFC 3463 §2.</summary>
public sealed class EnhancedStatusCodeTests
{
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
    public void TryParse_Rfc3463Section2_IsChecked(string text, bool valid)
    {
        Assert.Equal(valid, EnhancedStatusCode.TryParse(text, out EnhancedStatusCode code));
        if (valid) Assert.Equal(text, code.ToString());
    }

    [Theory]
    [InlineData(550, "5.1.1", true)]
    [InlineData(450, "5.1.1", false)]
    [InlineData(250, "2.0.0", true)]
    [InlineData(354, "2.0.0", false)]
    public void IsValidFor_ClassAndReplyCode_MustAgree(ushort reply, string text, bool valid) =>
        Assert.Equal(valid, EnhancedStatusCode.IsValidFor(reply, text));
}
