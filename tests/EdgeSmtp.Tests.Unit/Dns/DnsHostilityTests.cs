using System.Net;
using System.Net.Sockets;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Dns;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Dns;

/// <summary>Servers that answer junk, and strangers who answer in their place: what the resolver takes, what it waits out, and what it never believes.</summary>
public sealed class DnsHostilityTests : IAsyncDisposable
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(150);

    // Only a resolver that hangs makes a test wait so long.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly MetricRecorder _metrics = new();
    private readonly List<IAsyncDisposable> _servers = [];

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    // RFC 5452 §9.1: what does not match is dropped, and the wait goes on. Otherwise a forger could not lie, but stop the mail.
    [Theory]
    [InlineData("wrong id")]
    [InlineData("wrong name")]
    [InlineData("wrong type")]
    [InlineData("wrong class")]
    [InlineData("a question")]
    [InlineData("another opcode")]
    [InlineData("two questions")]
    [InlineData("no question")]
    [InlineData("header alone")]
    [InlineData("one octet")]
    [InlineData("nothing")]
    [InlineData("noise")]
    public async Task Junk_BeforeTheAnswer_IsDroppedAndTheAnswerTaken(string kind)
    {
        HostileServer server = Serve(question => [.. Enumerable.Repeat(Junk(kind, question), 20), Answer(question)]);
        using DnsResolver resolver = Create(server.Address, Patience);
        DnsAnswer answer = await AskAsync(resolver);
        Assert.Equal(IPAddress.Parse("192.0.2.1"), Assert.IsType<DnsAddressRecord>(Assert.Single(answer.Records)).Address);
        Assert.Equal(1, server.Asked);
        Assert.Equal(20, _metrics.Value(DnsMetrics.StrayDatagrams));
    }

    [Theory]
    [InlineData("wrong id", "timeout")]
    [InlineData("noise", "timeout")]
    [InlineData("wrong name", "garbage")]
    [InlineData("no question", "garbage")]
    public async Task Junk_Alone_IsATemporaryFailureAfterTheTimeout(string kind, string cause)
    {
        HostileServer server = Serve(question => [Junk(kind, question)]);
        using DnsResolver resolver = Create(server.Address, Short);
        Assert.Equal(DnsStatus.TemporaryFailure, (await AskAsync(resolver)).Status);
        Assert.Equal(1, _metrics.Value(DnsMetrics.FailedAttempts, cause));
    }

    // Messages that are for the question and lie about what is in them.
    [Theory]
    [InlineData("records missing")]
    [InlineData("address of three octets")]
    [InlineData("data beyond the end")]
    [InlineData("pointer to itself")]
    [InlineData("pointer forwards")]
    [InlineData("65535 records")]
    public async Task Answer_ThatMakesNoSense_IsGarbage_AndAnotherServerIsAsked(string kind)
    {
        HostileServer broken = Serve(question => [Senseless(kind, question)]);
        HostileServer good = Serve(question => [Answer(question)]);
        using DnsResolver resolver = new(new DnsOptions { Servers = [broken.Address, good.Address], Timeout = Patience, Retries = 0 }, TimeProvider.System, _metrics);
        Assert.Equal(DnsStatus.Found, (await AskAsync(resolver)).Status);
        Assert.Equal(1, _metrics.Value(DnsMetrics.FailedAttempts, "garbage"));
    }

    [Fact]
    public async Task Answer_FromAnotherAddressOrPort_IsNeverSeen()
    {
        // The forger knows id, name, port of the asker: everything but the server's address. The kernel drops what he sends.
        using Socket forger = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        forger.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        HostileServer? server = null;
        server = Serve(question =>
        {
            byte[] forged = Answer(question);
            forged[^1] = 66;
            forger.SendTo(forged, server!.LastClient!);
            return [Answer(question)];
        });
        using DnsResolver resolver = Create(server.Address, Patience);
        Assert.Equal(IPAddress.Parse("192.0.2.1"), Assert.IsType<DnsAddressRecord>(Assert.Single((await AskAsync(resolver)).Records)).Address);
        Assert.Equal(0, _metrics.Value(DnsMetrics.StrayDatagrams));
    }

    [Fact]
    public async Task Answer_Twice_IsTakenOnce()
    {
        HostileServer server = Serve(question => [Answer(question), Answer(question)]);
        using DnsResolver resolver = Create(server.Address, Patience);
        await AskAsync(resolver);
        await AskAsync(resolver, "b.test");
        Assert.True(_metrics.Value(DnsMetrics.StrayDatagrams) >= 1);
        Assert.Equal(2, server.Asked);
    }

    [Fact]
    public async Task Questions_ManyAtOnce_GetTheirOwnAnswers_OverFewPorts()
    {
        HashSet<EndPoint> ports = [];
        HashSet<ushort> ids = [];
        HostileServer? server = null;
        server = Serve(question =>
        {
            ports.Add(server!.LastClient!);
            ids.Add((ushort)((question[0] << 8) | question[1]));
            byte[] answer = Answer(question);
            // The second label of "n123.test" is the address: each answer can be told apart.
            answer[^1] = (byte)(question[14] - '0');
            return [answer];
        });
        using DnsResolver resolver = Create(server.Address, Patience);
        DnsAnswer[] answers = await Task.WhenAll(Enumerable.Range(0, 2_000).Select(i => resolver.ResolveAsync($"n{i % 10}{i}.test", DnsRecordType.A, CancellationToken.None).AsTask()));
        for (int i = 0; i < answers.Length; i++)
        {
            Assert.Equal(i % 10, Assert.IsType<DnsAddressRecord>(Assert.Single(answers[i].Records)).Address.GetAddressBytes()[3]);
        }

        // 16 sockets at once at most; each is worn after 512 questions. Ids are random, so few are alike.
        Assert.InRange(ports.Count, 4, 32);
        Assert.True(ids.Count > 1_800, $"{ids.Count} different ids of 2,000.");
    }

    // An ICMP error says so at once; a time-out of seconds for each question would hold every session up.
    [Fact]
    public async Task Server_ThatIsNotThere_FailsAtOnce()
    {
        string address;
        await using (HostileServer gone = HostileServer.Start(static _ => []))
        {
            address = gone.Address;
        }

        using DnsResolver resolver = Create(address, TimeSpan.FromSeconds(10));
        Task<DnsAnswer> asking = AskAsync(resolver).AsTask();
        Assert.Equal(DnsStatus.TemporaryFailure, (await asking.WaitAsync(Patience)).Status);
        Assert.Equal(1, _metrics.Value(DnsMetrics.FailedAttempts, "network"));
    }

    [Fact]
    public async Task Dispose_WithQuestionsOnTheirWay_EndsThem()
    {
        HostileServer server = Serve(static _ => []);
        DnsResolver resolver = Create(server.Address, TimeSpan.FromSeconds(10));
        Task<DnsAnswer>[] asking = [.. Enumerable.Range(0, 100).Select(i => resolver.ResolveAsync($"n{i}.test", DnsRecordType.A, CancellationToken.None).AsTask())];
        resolver.Dispose();
        Assert.All(await Task.WhenAll(asking).WaitAsync(Patience), static answer => Assert.Equal(DnsStatus.TemporaryFailure, answer.Status));
        Assert.Equal(DnsStatus.TemporaryFailure, (await resolver.ResolveAsync("after.test", DnsRecordType.A, CancellationToken.None)).Status);
    }

    [Fact]
    public async Task Late_Answer_DoesNotAnswerTheNextQuestion()
    {
        byte[]? late = null;
        HostileServer server = Serve(question =>
        {
            if (late is null)
            {
                late = Answer(question);
                late[^1] = 66;
                return [];
            }

            return [late, Answer(question)];
        });
        using DnsResolver resolver = Create(server.Address, Short, retries: 1);
        Assert.Equal(IPAddress.Parse("192.0.2.1"), Assert.IsType<DnsAddressRecord>(Assert.Single((await AskAsync(resolver)).Records)).Address);
    }

    private static ValueTask<DnsAnswer> AskAsync(DnsResolver resolver, string name = "a.test") => resolver.ResolveAsync(name, DnsRecordType.A, CancellationToken.None);

    // The question without its OPT record, turned into a reply with so many answers.
    private static byte[] Reply(byte[] question, byte answers, params byte[] records)
    {
        byte[] reply = [.. question[..^11], .. records];
        (reply[2], reply[3], reply[7], reply[11]) = (0x81, 0x80, answers, 0);
        return reply;
    }

    private static byte[] Answer(byte[] question) => Reply(question, 1, 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1);

    private static byte[] Junk(string kind, byte[] question)
    {
        byte[] answer = Answer(question);
        switch (kind)
        {
            case "wrong id":
                answer[0] ^= 0x55;
                return answer;
            case "wrong name":
                answer[13] = (byte)'b';
                return answer;
            case "wrong type":
                answer[12 + 8 + 1] = 28;
                return answer;
            case "wrong class":
                answer[12 + 8 + 3] = 3;
                return answer;
            case "a question":
                answer[2] = 0x01;
                return answer;
            case "another opcode":
                answer[2] = 0xA9;
                return answer;
            case "two questions":
                answer[5] = 2;
                return answer;
            case "no question":
                return [answer[0], answer[1], 0x81, 0x80, 0, 0, 0, 0, 0, 0, 0, 0];
            case "header alone":
                return answer[..12];
            case "one octet":
                return [answer[0]];
            case "nothing":
                return [];
            default:
                byte[] noise = new byte[500];
                new Random(7).NextBytes(noise);
                return noise;
        }
    }

    private static byte[] Senseless(string kind, byte[] question) => kind switch
    {
        "records missing" => Reply(question, 3, 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 66),
        "address of three octets" => Reply(question, 1, 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 3, 192, 0, 2),
        "data beyond the end" => Reply(question, 1, 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0xFF, 0xFF, 192, 0, 2, 66),
        "pointer to itself" => Reply(question, 1, [.. Enumerable.Repeat((byte)0xC0, 40)]),
        "pointer forwards" => Reply(question, 2, 0xFF, 0xFF, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 66),
        _ => Reply(question, 255, 0),
    };

    private HostileServer Serve(Func<byte[], IEnumerable<byte[]>> answer)
    {
        HostileServer server = HostileServer.Start(answer);
        _servers.Add(server);
        return server;
    }

    private DnsResolver Create(string server, TimeSpan timeout, int retries = 0) =>
        new(new DnsOptions { Servers = [server], Timeout = timeout, Retries = retries }, TimeProvider.System, _metrics);
}
