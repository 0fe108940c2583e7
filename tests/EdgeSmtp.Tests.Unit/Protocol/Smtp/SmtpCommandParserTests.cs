using EdgeSmtp.Protocol.Smtp;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Protocol.Smtp;

public sealed class SmtpCommandParserTests
{
    [Theory]
    [InlineData("HELO a", SmtpVerb.Helo, "a")]
    [InlineData("ehlo [192.0.2.1]", SmtpVerb.Ehlo, "[192.0.2.1]")]
    [InlineData("Lhlo a", SmtpVerb.Lhlo, "a")]
    [InlineData("MAIL FROM:<>", SmtpVerb.Mail, "FROM:<>")]
    [InlineData("mail  FROM:<> ", SmtpVerb.Mail, "FROM:<>")]
    [InlineData("rcpt TO:<a@b>", SmtpVerb.Rcpt, "TO:<a@b>")]
    [InlineData("DATA", SmtpVerb.Data, "")]
    [InlineData("DATA  \t", SmtpVerb.Data, "")]
    [InlineData("BDAT 5 LAST", SmtpVerb.Bdat, "5 LAST")]
    [InlineData("rSeT", SmtpVerb.Rset, "")]
    [InlineData("VRFY joe", SmtpVerb.Vrfy, "joe")]
    [InlineData("EXPN list", SmtpVerb.Expn, "list")]
    [InlineData("HELP", SmtpVerb.Help, "")]
    [InlineData("NOOP", SmtpVerb.Noop, "")]
    [InlineData("QUIT", SmtpVerb.Quit, "")]
    [InlineData("quit\t", SmtpVerb.Quit, "")]
    [InlineData("STARTTLS", SmtpVerb.StartTls, "")]
    [InlineData("AUTH PLAIN AGE=", SmtpVerb.Auth, "PLAIN AGE=")]
    [InlineData("ETRN #',1);###", SmtpVerb.Etrn, "#',1);###")]
    [InlineData("TURN", SmtpVerb.Turn, "")]
    [InlineData("XCLIENT ADDR=192.0.2.1", SmtpVerb.XClient, "ADDR=192.0.2.1")]
    [InlineData("", SmtpVerb.Unknown, "")]
    [InlineData(" NOOP", SmtpVerb.Unknown, " NOOP")]
    [InlineData("NOOPX", SmtpVerb.Unknown, "NOOPX")]
    [InlineData("NOO", SmtpVerb.Unknown, "NOO")]
    [InlineData("XCLIENTS", SmtpVerb.Unknown, "XCLIENTS")]
    [InlineData("N\u000f\u000fP", SmtpVerb.Unknown, "N\u000f\u000fP")]
    [InlineData("NOOP\u00a0", SmtpVerb.Unknown, "NOOP\u00a0")]
    [InlineData("NOOP\tx", SmtpVerb.Unknown, "NOOP\tx")]
    [InlineData("MAIL FROM:<a\rRCPT TO:<x>@b>", SmtpVerb.Malformed, "MAIL FROM:<a\rRCPT TO:<x>@b>")]
    [InlineData("NOOP\nNOOP", SmtpVerb.Malformed, "NOOP\nNOOP")]
    [InlineData("NOOP\0", SmtpVerb.Malformed, "NOOP\0")]
    [InlineData("GET / HTTP/1.1", SmtpVerb.NonSmtp, "GET / HTTP/1.1")]
    [InlineData("post /x HTTP/1.1", SmtpVerb.NonSmtp, "post /x HTTP/1.1")]
    [InlineData("PUT /", SmtpVerb.NonSmtp, "PUT /")]
    [InlineData("HEAD /", SmtpVerb.NonSmtp, "HEAD /")]
    [InlineData("OPTIONS *", SmtpVerb.NonSmtp, "OPTIONS *")]
    [InlineData("CONNECT h:25 HTTP/1.1", SmtpVerb.NonSmtp, "CONNECT h:25 HTTP/1.1")]
    [InlineData("DELETE /", SmtpVerb.NonSmtp, "DELETE /")]
    [InlineData("PATCH /", SmtpVerb.NonSmtp, "PATCH /")]
    [InlineData("TRACE /", SmtpVerb.NonSmtp, "TRACE /")]
    [InlineData("PRI * HTTP/2.0", SmtpVerb.NonSmtp, "PRI * HTTP/2.0")]
    [InlineData("SSH-2.0-OpenSSH", SmtpVerb.NonSmtp, "SSH-2.0-OpenSSH")]
    [InlineData("\u0016\u0003\u0001\u0002\0\u0001\n", SmtpVerb.NonSmtp, "\u0016\u0003\u0001\u0002\0\u0001\n")]
    public void Parse_Line_GivesVerbAndArgument(string line, SmtpVerb verb, string argument)
    {
        SmtpCommand command = SmtpCommandParser.Parse(Bytes.Of(line));
        Assert.Equal(verb, command.Verb);
        Assert.Equal(argument, Bytes.Text(command.Argument));
    }

    [Fact]
    public void Parse_EveryVerbInEveryCase_IsFound()
    {
        foreach (SmtpVerb verb in Enum.GetValues<SmtpVerb>().Where(v => v > SmtpVerb.NonSmtp))
        {
            string name = verb.ToString().ToUpperInvariant();
            for (int mask = 0; mask < 1 << name.Length; mask++)
            {
                string mixed = string.Concat(name.Select((c, i) => (mask >> i & 1) != 0 ? char.ToLowerInvariant(c) : c));
                Assert.Equal(verb, SmtpCommandParser.Parse(Bytes.Of(mixed)).Verb);
            }
        }
    }

    [Fact]
    public void Parse_RandomBytes_NeverThrowsAndGivesNoLineEndToAVerb()
    {
        Random random = new(103);
        for (int round = 0; round < 50_000; round++)
        {
            byte[] line = new byte[random.Next(0, 14)];
            random.NextBytes(line);
            for (int i = 0; i < line.Length; i++)
                if (random.Next(3) > 0) line[i] = (byte)"MAILNOPDT \t\r\n\0"[random.Next(14)];
            SmtpCommand command = SmtpCommandParser.Parse(line);
            if (command.Verb is SmtpVerb.Malformed or SmtpVerb.NonSmtp) continue;
            Assert.True(command.Argument.IndexOfAny((byte)'\r', (byte)'\n', (byte)0) < 0);
        }
    }

    [Fact]
    public void Parse_Noop_AllocatesNothing()
    {
        byte[] line = Bytes.Of("NOOP");
        SmtpCommandParser.Parse(line);
        long before = GC.GetAllocatedBytesForCurrentThread();
        SmtpVerb verb = SmtpCommandParser.Parse(line).Verb;
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(SmtpVerb.Noop, verb);
    }

    /// <summary>A RCPT line costs its path (object and bytes) and the domain's string, nothing else.</summary>
    [Fact]
    public void Parse_RcptLine_AllocatesOnlyThePath()
    {
        byte[] line = Bytes.Of("RCPT TO:<joe@example.com> NOTIFY=SUCCESS,FAILURE");
        Parse(line);
        long before = GC.GetAllocatedBytesForCurrentThread();
        RcptCommand command = Parse(line);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal("joe@example.com", command.ForwardPath.ToString());
        Assert.InRange(allocated, 1, 160);

        static RcptCommand Parse(byte[] line)
        {
            SmtpCommand command = SmtpCommandParser.Parse(line);
            RcptCommandParser.TryParse(command.Argument, ParameterPolicy.All, false, out RcptCommand rcpt);
            return rcpt;
        }
    }
}
