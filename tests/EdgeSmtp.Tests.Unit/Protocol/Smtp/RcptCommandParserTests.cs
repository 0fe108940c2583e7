using EdgeSmtp.Protocol.Smtp;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Protocol.Smtp;

/// <summary>RFC 5321 §4.1.1.3 and the parameters of RFC 3461 and 6533.</summary>
public sealed class RcptCommandParserTests
{
    [Theory]
    [InlineData("TO:<joe@d.example>", DsnNotify.Unspecified, null)]
    [InlineData("to: <joe@d.example>", DsnNotify.Unspecified, null)]
    [InlineData("TO:<joe@d.example> NOTIFY=NEVER", DsnNotify.Never, null)]
    [InlineData("TO:<joe@d.example> notify=success,Failure,DELAY", DsnNotify.Success | DsnNotify.Failure | DsnNotify.Delay, null)]
    [InlineData("TO:<joe@d.example> ORCPT=rfc822;joe+2Bx@d.example NOTIFY=DELAY", DsnNotify.Delay, "rfc822;joe+2Bx@d.example")]
    [InlineData("TO:<joe@d.example> ORCPT=utf-8;j\\x{F6}e@d.example", DsnNotify.Unspecified, "utf-8;j\\x{F6}e@d.example")]
    public void TryParse_GoodArguments_AreTaken(string argument, DsnNotify notify, string? original)
    {
        Assert.Equal(CommandError.None, Parse(argument, false, out RcptCommand rcpt));
        Assert.Equal("joe@d.example", rcpt.ForwardPath.ToString());
        Assert.Equal(notify, rcpt.Notify);
        Assert.Equal(original, rcpt.OriginalRecipient);
    }

    [Theory]
    [InlineData("", CommandError.Syntax)]
    [InlineData("FROM:<a@b>", CommandError.Syntax)]
    [InlineData("TO:", CommandError.BadForwardPath)]
    [InlineData("TO:<>", CommandError.BadForwardPath)]
    [InlineData("TO:<a@b@c>", CommandError.BadForwardPath)]
    [InlineData("TO:<a@b>x", CommandError.BadForwardPath)]
    [InlineData("TO:<a@b> SIZE=1", CommandError.UnknownParameter)]
    [InlineData("TO:<a@b> FOO", CommandError.UnknownParameter)]
    [InlineData("TO:<a@b> NOTIFY", CommandError.BadParameter)]
    [InlineData("TO:<a@b> NOTIFY=", CommandError.BadParameter)]
    [InlineData("TO:<a@b> NOTIFY=NEVER,FAILURE", CommandError.BadParameter)]
    [InlineData("TO:<a@b> NOTIFY=FAILURE,", CommandError.BadParameter)]
    [InlineData("TO:<a@b> NOTIFY=ALWAYS", CommandError.BadParameter)]
    [InlineData("TO:<a@b> NOTIFY=DELAY NOTIFY=DELAY", CommandError.RepeatedParameter)]
    [InlineData("TO:<a@b> ORCPT=rfc822;a ORCPT=rfc822;a", CommandError.RepeatedParameter)]
    [InlineData("TO:<a@b> ORCPT=", CommandError.BadParameter)]
    [InlineData("TO:<a@b> ORCPT=a@b", CommandError.BadParameter)]
    [InlineData("TO:<a@b> ORCPT=;a@b", CommandError.BadParameter)]
    [InlineData("TO:<a@b> ORCPT=rfc822;", CommandError.BadParameter)]
    [InlineData("TO:<a@b> ORCPT=rfc822;a+0D+0Ab", CommandError.BadParameter)]
    [InlineData("TO:<a@b> ORCPT=rfc822;a+2", CommandError.BadParameter)]
    [InlineData("TO:<a@b> ORCPT=rfc 822;a", CommandError.BadParameter)]
    [InlineData("TO:<\u00c3\u00bc@b>", CommandError.Utf8NotAllowed)]
    public void TryParse_Faults_AreNamed(string argument, CommandError error)
    {
        Assert.Equal(error, Parse(argument, false, out RcptCommand rcpt));
        Assert.Equal(default, rcpt);
    }

    [Fact]
    public void TryParse_DsnNotOffered_IsUnknown()
    {
        Assert.Equal(CommandError.UnknownParameter, RcptCommandParser.TryParse("TO:<a@b> NOTIFY=NEVER"u8, default, false, out _));
        Assert.Equal(CommandError.UnknownParameter, RcptCommandParser.TryParse("TO:<a@b> ORCPT=rfc822;a"u8, default, false, out _));
    }

    [Fact]
    public void TryParse_Utf8InATransactionWithSmtpUtf8_IsTaken()
    {
        Assert.Equal(CommandError.None, Parse("TO:<\u00c3\u00bc@b> ORCPT=utf-8;\u00c3\u00bc@b", true, out RcptCommand rcpt));
        Assert.Equal("\u00fc@b", rcpt.ForwardPath.ToString());
        Assert.Equal("utf-8;\u00fc@b", rcpt.OriginalRecipient);
        Assert.Equal(CommandError.BadParameter, Parse("TO:<a@b> ORCPT=utf-8;\u00c3\u00bc@b", false, out _));
        Assert.Equal(CommandError.BadParameter, Parse("TO:<a@b> ORCPT=rfc822;\u00c3\u00bc@b", true, out _));
        Assert.Equal(CommandError.BadParameter, Parse("TO:<a@b> ORCPT=utf-8;\u00c2\u0085", true, out _));
    }

    [Fact]
    public void TryParse_OriginalRecipientAroundItsLimit_IsTakenUpToIt()
    {
        string at = "rfc822;" + new string('a', RcptCommandParser.OriginalRecipientMax - 7);
        Assert.Equal(CommandError.None, Parse("TO:<a@b> ORCPT=" + at[..^1], false, out _));
        Assert.Equal(CommandError.None, Parse("TO:<a@b> ORCPT=" + at, false, out _));
        Assert.Equal(CommandError.BadParameter, Parse("TO:<a@b> ORCPT=" + at + "a", false, out _));
    }

    [Fact]
    public void TryParse_RandomParameters_NeverThrow()
    {
        string[] parts = ["TO:", "FROM:", "<a@b>", "<>", " ", "NOTIFY=", "NEVER", ",", "ORCPT=", "rfc822;", "SIZE=", "1", "BODY=", "ENVID=", "+", "+0A", "=", "\"", "<", ">", "\u00ff", "\u00c3\u00bc", "SMTPUTF8", "AUTH=", "\t"];
        Random random = new(41);
        for (int round = 0; round < 100_000; round++)
        {
            byte[] text = Bytes.Of(string.Concat(Enumerable.Range(0, random.Next(0, 12)).Select(_ => parts[random.Next(parts.Length)])));
            Assert.True(Enum.IsDefined(RcptCommandParser.TryParse(text, ParameterPolicy.All, true, out _)));
            Assert.True(Enum.IsDefined(MailCommandParser.TryParse(text, ParameterPolicy.All, out _)));
        }
    }

    private static CommandError Parse(string argument, bool smtpUtf8, out RcptCommand command) =>
        RcptCommandParser.TryParse(Bytes.Of(argument), ParameterPolicy.All, smtpUtf8, out command);
}
