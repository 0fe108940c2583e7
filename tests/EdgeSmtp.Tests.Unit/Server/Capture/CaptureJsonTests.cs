using System.Net;
using System.Text.Json;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Core.Capture;
using EdgeSmtp.Core.Explain;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Server.Capture;
using EdgeSmtp.Server.Replay;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Server.Capture;

/// <summary>What is recorded comes back as it was.</summary>
public sealed class CaptureJsonTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    public static TheoryData<DnsRecordType, DnsRecord> Records => new()
    {
        { DnsRecordType.A, new DnsAddressRecord(IPAddress.Parse("192.0.2.1"), TimeSpan.FromSeconds(60)) },
        { DnsRecordType.Aaaa, new DnsAddressRecord(IPAddress.Parse("2001:db8::1"), TimeSpan.FromSeconds(60)) },
        { DnsRecordType.Mx, new DnsMxRecord(10, "mx.example", TimeSpan.FromSeconds(60)) },
        { DnsRecordType.Ptr, new DnsNameRecord("host.example", TimeSpan.FromSeconds(60)) },
    };

    [Theory]
    [MemberData(nameof(Records))]
    public void Answer_ComesBackAsItWas(DnsRecordType type, DnsRecord record)
    {
        CapturedAnswer answer = new(Noon, "name.example", type, new DnsAnswer(DnsStatus.Found, [record], TimeSpan.FromSeconds(60), true));
        CapturedAnswer read = Assert.IsType<CapturedAnswer>(Assert.Single(RoundTrip(json => CaptureJson.Write(json, answer))));
        Assert.Equal((answer.At, answer.Name, answer.Type, answer.Answer.Status, answer.Answer.Ttl, true), (read.At, read.Name, read.Type, read.Answer.Status, read.Answer.Ttl, read.Answer.Authenticated));
        Assert.Equal(record, Assert.Single(read.Answer.Records));
    }

    [Fact]
    public void Answer_WithBytes_ComesBackAsItWas()
    {
        byte[] text = [.. Enumerable.Range(0, 256).Select(static i => (byte)i)];
        CapturedAnswer answer = new(Noon, "name.example", DnsRecordType.Txt, new DnsAnswer(DnsStatus.Found, [new DnsTxtRecord(text, TimeSpan.Zero)], TimeSpan.Zero, false));
        CapturedAnswer read = Assert.IsType<CapturedAnswer>(Assert.Single(RoundTrip(json => CaptureJson.Write(json, answer))));
        Assert.Equal(text, Assert.IsType<DnsTxtRecord>(Assert.Single(read.Answer.Records)).Text.ToArray());
    }

    [Fact]
    public void Session_ComesBackAsItWas()
    {
        MailPathParser.TryParse("\"a b\"@bücher.example"u8, allowUtf8: true, out MailPath path);
        CapturedStep[] steps =
        [
            new() { Kind = CapturedStepKind.Hello, At = Noon, HelloKind = HelloKind.Ehlo, Name = "client.example", Tls = new TlsInfo("TLSv1.3", "TLS_AES_256_GCM_SHA384", "mx", null) },
            new() { Kind = CapturedStepKind.Violation, At = Noon, Violation = ProtocolViolation.EarlyTalk },
            new()
            {
                Kind = CapturedStepKind.Mail, At = Noon, Transaction = "t", Path = path,
                Command = new MailCommand { ReversePath = path, SizeBytes = 7, Body = BodyType.EightBitMime, SmtpUtf8 = true, EnvelopeId = "e" },
            },
            new() { Kind = CapturedStepKind.Rcpt, At = Noon, Transaction = "t", Path = MailPath.Null },
            new() { Kind = CapturedStepKind.Verdict, At = Noon, Transaction = "t", Path = path, Stage = "rcpt", Filter = "f", Outcome = "reject", Reason = "r", Shadow = true },
            new() { Kind = CapturedStepKind.Refused, At = Noon, Transaction = "t", Path = path, Filter = "f", Outcome = "550", Reason = "r" },
            new() { Kind = CapturedStepKind.Content, At = Noon, Transaction = "t" },
            new() { Kind = CapturedStepKind.Committed, At = Noon, Transaction = "t" },
        ];
        CapturedSession session = new(steps)
        {
            Id = "s",
            Listener = "mx",
            Protocol = SessionProtocol.Smtp,
            Client = new IPEndPoint(IPAddress.Parse("2001:db8::1"), 1),
            Local = new IPEndPoint(IPAddress.Loopback, 25),
            Started = Noon,
            Ended = Noon + TimeSpan.FromSeconds(1),
            ClientName = new ClientNameAnswer(DnsStatus.NoData, null),
            Omitted = 3,
        };

        CapturedSession read = Assert.IsType<CapturedSession>(Assert.Single(RoundTrip(json => CaptureJson.Write(json, session))));

        Assert.Equal(
            (session.Id, session.Listener, session.Protocol, session.Client, session.Local, session.Started, session.Ended, session.ClientName, session.Omitted),
            (read.Id, read.Listener, read.Protocol, read.Client, read.Local, read.Started, read.Ended, read.ClientName, read.Omitted));
        Assert.Equal(steps, read.Steps);
    }

    [Fact]
    public void Content_ComesBackAsItWas()
    {
        byte[] content = [0, 13, 10, 255];
        CapturedSession session = new([new CapturedStep { Kind = CapturedStepKind.Content, Content = content }]);
        CapturedSession read = Assert.IsType<CapturedSession>(Assert.Single(RoundTrip(json => CaptureJson.Write(json, session))));
        Assert.Equal(content, Assert.Single(read.Steps).Content!.Value.ToArray());
    }

    [Fact]
    public void LastLine_CutShort_IsLeftOut()
    {
        File.WriteAllText(_file, "{\"dns\":\"x\",\"type\":\"A\",\"at\":\"2026-01-02T12:00:00+00:00\",\"status\":\"NxDomain\",\"ttl\":1,\"authenticated\":false,\"records\":[]}\n{\"session\":\"x");
        Assert.IsType<CapturedAnswer>(Assert.Single(CaptureReader.Read(_file)));
    }

    [Fact]
    public async Task RecordedDns_GivesTheAnswerOfThatTime()
    {
        RecordedDns dns = new(null);
        dns.Add(new CapturedAnswer(Noon, "x", DnsRecordType.A, new DnsAnswer(DnsStatus.Found, [], TimeSpan.Zero, false)));
        dns.Add(new CapturedAnswer(Noon + TimeSpan.FromHours(1), "x", DnsRecordType.A, new DnsAnswer(DnsStatus.NxDomain, [], TimeSpan.Zero, false)));
        foreach ((int minutes, DnsStatus status) in new[] { (-1, DnsStatus.Found), (0, DnsStatus.Found), (59, DnsStatus.Found), (60, DnsStatus.NxDomain), (600, DnsStatus.NxDomain) })
        {
            dns.AsOf = Noon + TimeSpan.FromMinutes(minutes);
            Assert.Equal(status, (await dns.ResolveAsync("x", DnsRecordType.A, default)).Status);
        }

        Assert.Equal(DnsStatus.TemporaryFailure, (await dns.ResolveAsync("y", DnsRecordType.A, default)).Status);
        Assert.Equal(1, dns.UnknownQuestions);
    }

    private IEnumerable<object> RoundTrip(Action<Utf8JsonWriter> write)
    {
        using (FileStream stream = File.Create(_file))
        using (Utf8JsonWriter json = new(stream, ExplainJson.Options))
        {
            write(json);
            json.Flush();
            stream.Write("\n"u8);
        }

        return CaptureReader.Read(_file);
    }
}
