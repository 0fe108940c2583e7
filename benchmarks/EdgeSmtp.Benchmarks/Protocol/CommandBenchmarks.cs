using BenchmarkDotNet.Attributes;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Benchmarks.Protocol;

/// <summary>Parsing of command lines.</summary>
[MemoryDiagnoser]
public class CommandBenchmarks
{
    private static readonly byte[] Mail = "MAIL FROM:<alice.example@client.test> SIZE=4096 BODY=8BITMIME"u8.ToArray();
    private static readonly byte[] Rcpt = "RCPT TO:<user@relay.test>"u8.ToArray();
    private static readonly byte[] Noop = "NOOP"u8.ToArray();
    private static readonly byte[] Ehlo = "EHLO mail.client.test"u8.ToArray();
    private static readonly byte[] Bdat = "BDAT 65536 LAST"u8.ToArray();
    private static readonly ParameterPolicy Policy = new() { Size = true, EightBitMime = true };

    [Benchmark]
    public SmtpVerb ParseNoop() => SmtpCommandParser.Parse(Noop).Verb;

    [Benchmark]
    public CommandError ParseEhlo() => HelloArgument.TryParse(SmtpCommandParser.Parse(Ehlo).Argument, out _);

    [Benchmark]
    public CommandError ParseBdat() => BdatCommand.TryParse(SmtpCommandParser.Parse(Bdat).Argument, out _);

    [Benchmark]
    public CommandError ParseMail() => MailCommandParser.TryParse(SmtpCommandParser.Parse(Mail).Argument, Policy, out _);

    [Benchmark]
    public CommandError ParseRcpt() => RcptCommandParser.TryParse(SmtpCommandParser.Parse(Rcpt).Argument, Policy, smtpUtf8: false, out _);
}
