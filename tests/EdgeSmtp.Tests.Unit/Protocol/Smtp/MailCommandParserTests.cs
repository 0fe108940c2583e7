using EdgeSmtp.Protocol.Smtp;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Protocol.Smtp;

/// <summary>RFC 5321 §4.1.1.2 and the parameters of RFC 1870, 6152, 3030, 6531, 3461 and 4954.</summary>
public sealed class MailCommandParserTests
{
    [Fact]
    public void TryParse_AllParameters_AreTaken()
    {
        MailCommand mail = Good("from:<joe@d.example> SIZE=1234 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=QQ+2B1 AUTH=a+2Bb@d.example");
        Assert.Equal("joe@d.example", mail.ReversePath.ToString());
        Assert.Equal(1234, mail.SizeBytes);
        Assert.Equal(BodyType.EightBitMime, mail.Body);
        Assert.True(mail.SmtpUtf8);
        Assert.Equal(DsnReturn.Headers, mail.Return);
        Assert.Equal("QQ+2B1", mail.EnvelopeId);
        Assert.Equal("a+2Bb@d.example", mail.AuthParameter);
    }

    [Fact]
    public void TryParse_NoParameters_GivesDefaults()
    {
        MailCommand mail = Good("FROM:<>");
        Assert.True(mail.ReversePath.IsNull);
        Assert.Null(mail.SizeBytes);
        Assert.Equal(BodyType.SevenBit, mail.Body);
        Assert.Null(mail.EnvelopeId);
        Assert.Null(mail.AuthParameter);
    }

    [Theory]
    [InlineData("FROM: <a@b>")]
    [InlineData("FROM:   <a@b>  SIZE=1   BODY=7BIT  ")]
    public void TryParse_SuperfluousSpaces_AreTolerated(string argument) => Assert.Equal("a@b", Good(argument).ReversePath.ToString());

    [Theory]
    [InlineData("", CommandError.Syntax)]
    [InlineData("FROM", CommandError.Syntax)]
    [InlineData("FROM <a@b>", CommandError.Syntax)]
    [InlineData("TO:<a@b>", CommandError.Syntax)]
    [InlineData("FROM:", CommandError.BadReversePath)]
    [InlineData("FROM:a@b", CommandError.BadReversePath)]
    [InlineData("FROM:<a>", CommandError.BadReversePath)]
    [InlineData("FROM:<a@b>SIZE=1", CommandError.BadReversePath)]
    [InlineData("FROM:<\u00ff@b>", CommandError.BadReversePath)]
    [InlineData("FROM:<a@b> FOO=BAR", CommandError.UnknownParameter)]
    [InlineData("FROM:<a@b> NOTIFY=NEVER", CommandError.UnknownParameter)]
    [InlineData("FROM:<a@b> =", CommandError.UnknownParameter)]
    [InlineData("FROM:<a@b> SIZE", CommandError.BadParameter)]
    [InlineData("FROM:<a@b> SIZE=", CommandError.BadParameter)]
    [InlineData("FROM:<a@b> SIZE=-1", CommandError.BadParameter)]
    [InlineData("FROM:<a@b> SIZE=1x", CommandError.BadParameter)]
    [InlineData("FROM:<a@b> SIZE=123456789012345678901", CommandError.BadParameter)]
    [InlineData("FROM:<a@b> BODY=XYZ", CommandError.BadParameter)]
    [InlineData("FROM:<a@b> BODY", CommandError.BadParameter)]
    [InlineData("FROM:<a@b> SMTPUTF8=1", CommandError.BadParameter)]
    [InlineData("FROM:<a@b> SMTPUTF8=", CommandError.BadParameter)]
    [InlineData("FROM:<a@b> RET=ALL", CommandError.BadParameter)]
    [InlineData("FROM:<a@b> ENVID=", CommandError.BadParameter)]
    [InlineData("FROM:<a@b> ENVID=a+0Ab", CommandError.BadParameter)]
    [InlineData("FROM:<a@b> ENVID=a+2bb", CommandError.BadParameter)]
    [InlineData("FROM:<a@b> AUTH=x+0Ay@b", CommandError.BadParameter)]
    [InlineData("FROM:<a@b> AUTH=", CommandError.BadParameter)]
    [InlineData("FROM:<a@b> SIZE=1 size=1", CommandError.RepeatedParameter)]
    [InlineData("FROM:<a@b> SMTPUTF8 SMTPUTF8", CommandError.RepeatedParameter)]
    [InlineData("FROM:<\u00c3\u00bc@b>", CommandError.Utf8NotAllowed)]
    [InlineData("FROM:<\u00c3\u00bc@b> BODY=8BITMIME", CommandError.Utf8NotAllowed)]
    public void TryParse_Faults_AreNamed(string argument, CommandError error)
    {
        Assert.Equal(error, MailCommandParser.TryParse(Bytes.Of(argument), ParameterPolicy.All, out MailCommand mail));
        Assert.Equal(default, mail);
    }

    [Theory]
    [InlineData("SIZE=1")]
    [InlineData("BODY=7BIT")]
    [InlineData("SMTPUTF8")]
    [InlineData("RET=FULL")]
    [InlineData("ENVID=x")]
    [InlineData("AUTH=<>")]
    public void TryParse_ParameterOfAnExtensionNotOffered_IsUnknown(string parameter)
    {
        byte[] argument = Bytes.Of("FROM:<a@b> " + parameter);
        Assert.Equal(CommandError.UnknownParameter, MailCommandParser.TryParse(argument, default, out _));
        Assert.Equal(CommandError.None, MailCommandParser.TryParse(argument, ParameterPolicy.All, out _));
    }

    [Fact]
    public void TryParse_BinaryMime_NeedsItsExtension()
    {
        byte[] argument = Bytes.Of("FROM:<a@b> BODY=BINARYMIME");
        Assert.Equal(CommandError.None, MailCommandParser.TryParse(argument, ParameterPolicy.All, out MailCommand mail));
        Assert.Equal(BodyType.BinaryMime, mail.Body);
        Assert.Equal(CommandError.BadParameter, MailCommandParser.TryParse(argument, new ParameterPolicy { EightBitMime = true }, out _));
    }

    [Theory]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("9223372036854775808", long.MaxValue)]
    [InlineData("99999999999999999999", long.MaxValue)]
    [InlineData("00000000000000000007", 7)]
    [InlineData("0", 0)]
    public void TryParse_SizeOfTwentyDigits_Rfc1870Section6(string digits, long expected) =>
        Assert.Equal(expected, Good("FROM:<a@b> SIZE=" + digits).SizeBytes);

    [Theory]
    [InlineData("ENVID=", MailCommandParser.EnvelopeIdMax)]
    [InlineData("AUTH=", MailCommandParser.AuthParameterMax)]
    public void TryParse_ValueAroundItsLimit_IsTakenUpToIt(string parameter, int max)
    {
        Good("FROM:<a@b> " + parameter + new string('x', max - 1));
        Good("FROM:<a@b> " + parameter + new string('x', max));
        byte[] over = Bytes.Of("FROM:<a@b> " + parameter + new string('x', max + 1));
        Assert.Equal(CommandError.BadParameter, MailCommandParser.TryParse(over, ParameterPolicy.All, out _));
    }

    [Fact]
    public void TryParse_PathTooLong_IsItsOwnError() => Assert.Equal(
        CommandError.ReversePathTooLong,
        MailCommandParser.TryParse(Bytes.Of($"FROM:<{new string('a', 65)}@b>"), ParameterPolicy.All, out _));

    [Fact]
    public void ReplyFor_EachError_IsTheRfcsReply()
    {
        Assert.Equal("501 5.5.4", Head(CommandError.Syntax));
        Assert.Equal("501 5.1.7", Head(CommandError.BadReversePath));
        Assert.Equal("501 5.1.3", Head(CommandError.BadForwardPath));
        Assert.Equal("501 5.1.7", Head(CommandError.ReversePathTooLong));
        Assert.Equal("501 5.1.3", Head(CommandError.ForwardPathTooLong));
        Assert.Equal("553 5.6.7", Head(CommandError.Utf8NotAllowed));
        Assert.Equal("555 5.5.4", Head(CommandError.UnknownParameter));
        Assert.Equal("501 5.5.4", Head(CommandError.BadParameter));
        Assert.Equal("501 5.5.4", Head(CommandError.RepeatedParameter));
        Assert.Equal("501 5.5.4", Head(CommandError.BadHello));
        Assert.Throws<ArgumentOutOfRangeException>(() => CommandErrors.ReplyFor(CommandError.None));
        foreach (CommandError error in Enum.GetValues<CommandError>().Where(e => e != CommandError.None)) Assert.NotNull(CommandErrors.ReplyFor(error));

        static string Head(CommandError error) => CommandErrors.ReplyFor(error).ToString()[..9];
    }

    private static MailCommand Good(string argument)
    {
        Assert.Equal(CommandError.None, MailCommandParser.TryParse(Bytes.Of(argument), ParameterPolicy.All, out MailCommand mail));
        return mail;
    }
}
