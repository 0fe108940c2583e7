using System.Buffers;
using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Authentication;
using EdgeSmtp.Filters.Script;
using EdgeSmtp.Filters.Script.Wire;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Script;

/// <summary>What a program is asked, and what its answers do.</summary>
public sealed class ScriptFilterTests : ScriptTest
{
    [Fact]
    public async Task Question_OfEachStage_SaysAllThatIsKnownByThen()
    {
        string seen = Path.Combine(Folder, "seen");
        FilterHarness harness = MakePython(
            "['connect', 'helo', 'mail', 'rcpt', 'message']",
            $"open('{seen}', 'a').write(json.dumps({{k: q[k] for k in sorted(q) if k not in ('session', 'transaction', 'path')}}) + '\\n') and None");
        harness.Session.ClientEndPoint = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 4711);
        harness.Session.HelloText = null;
        await harness.ConnectAsync();
        await harness.HelloAsync("client.example");
        harness.Session.User = "ann";
        await harness.MailAsync("\"Joe\"@Example.ORG");
        HarnessContext.Set(harness.Transaction, AuthenticationFacts.Spf, new SpfResult(SpfStatus.SoftFail, SpfIdentity.MailFrom, "example.org"));
        HarnessContext.Set(harness.Session, KnownFacts.Trusted, true);
        await harness.RcptAsync("Rcpt@example.com");
        await SendAsync(harness, "Subject: x\r\n\r\n");
        Assert.Equal(
            [
                """{"client": "192.0.2.1", "facts": [], "id": 1, "listener": "mx", "port": 4711, "protocol": "smtp", "stage": "connect", "tls": false}""",
                """{"client": "192.0.2.1", "facts": [], "helo": "client.example", "id": 2, "listener": "mx", "port": 4711, "protocol": "smtp", "stage": "helo", "tls": false}""",
                """{"client": "192.0.2.1", "facts": [], "helo": "client.example", "id": 3, "listener": "mx", "port": 4711, "protocol": "smtp", "sender": "joe@example.org", "stage": "mail", "tls": false, "user": "ann"}""",
                """{"client": "192.0.2.1", "facts": ["trusted"], "helo": "client.example", "id": 4, "listener": "mx", "port": 4711, "protocol": "smtp", "recipient": "rcpt@example.com", "sender": "joe@example.org", "spf": "softfail", "stage": "rcpt", "tls": false, "user": "ann"}""",
                """{"client": "192.0.2.1", "facts": ["trusted"], "helo": "client.example", "id": 5, "listener": "mx", "port": 4711, "protocol": "smtp", "recipients": ["rcpt@example.com"], "sender": "joe@example.org", "size": 14, "spf": "softfail", "stage": "message", "tls": false, "user": "ann"}""",
            ],
            await File.ReadAllLinesAsync(seen));
    }

    [Fact]
    public async Task Stage_NotSubscribed_IsNotAsked()
    {
        FilterHarness harness = MakePython("['rcpt']", "{'verdict': 'reject'}");
        Assert.Equal(VerdictKind.Continue, (await harness.ConnectAsync()).Kind);
        Assert.Equal(VerdictKind.Continue, (await harness.MailAsync()).Kind);
        Assert.Same(ScriptFilter.Rejected, (await harness.RcptAsync()).Reason);
        Assert.Equal(VerdictKind.Continue, (await SendAsync(harness)).Kind);
    }

    [Theory]
    [InlineData("None", "Continue")]
    [InlineData("{'verdict': 'continue'}", "Continue")]
    [InlineData("{'verdict': 'discard', 'detail': 'd'}", "Discard script-discarded d")]
    [InlineData("{'verdict': 'quarantine'}", "Quarantine script-quarantined")]
    [InlineData("{'verdict': 'defer'}", "Defer script-deferred")]
    [InlineData("{'verdict': 'reject', 'detail': 'why'}", "Reject script-rejected why")]
    [InlineData("{'verdict': 'disconnect'}", "Disconnect script-disconnected")]
    public async Task Answer_Verdict_IsThatOfTheFilter(string answer, string verdict)
    {
        FilterHarness harness = MakePython("['message']", answer);
        Assert.Equal(verdict, (await SendAsync(harness)).ToString());
    }

    [Fact]
    public async Task Answer_WithAReplyOfItsOwn_IsAnsweredWithIt()
    {
        FilterHarness harness = MakePython("['rcpt']", "{'verdict': 'reject', 'code': 553, 'enhanced': '5.1.3', 'text': 'Not like this'}");
        FilterReason reason = (await harness.RcptAsync()).Reason!;
        Assert.Equal((ScriptFilter.Rejected.Token, (ushort)553, "5.1.3", "Not like this"), (reason.Token, reason.Code, reason.EnhancedCode, reason.Text));
    }

    [Fact]
    public async Task Answer_ForSomeRecipients_LeavesTheOthers()
    {
        FilterHarness harness = MakePython("['message']", "{'verdict': 'reject', 'for': [1]}");
        await harness.MailAsync();
        await harness.RcptAsync("first@example.com");
        await harness.RcptAsync("second@example.com");
        RecipientVerdicts verdicts = await harness.MessageAsync("Subject: x\r\n\r\n"u8.ToArray());
        Assert.Equal([VerdictKind.Continue, VerdictKind.Reject], [verdicts[0].Kind, verdicts[1].Kind]);
    }

    [Fact]
    public async Task Answer_HeadersScoresAndFacts_ArePublished()
    {
        FilterHarness harness = MakePython(
            "['rcpt', 'message']",
            "{'headers': [['X-A', 'b']], 'scores': {'mine': 2.5}, 'facts': ['trusted'] if q['stage'] == 'rcpt' else ['tagged']}",
            static options => options with { Facts = [ScriptFact.Trusted, ScriptFact.Tagged] });
        await harness.MailAsync();
        await harness.RcptAsync();
        await SendAsync(harness);
        Assert.Equal(["X-A: b for rcpt@example.com", "X-A: b for "], harness.Context.ChangeLog.Select(static change => $"{change.Name}: {change.Value} for {change.Recipient?.ForwardPath}"));
        Assert.Equal([2.5, 2.5], harness.Context.Scores.Select(static score => score.Value));
        Assert.Equal(
            [(harness.Session, "trusted"), (harness.Transaction, "tagged")],
            harness.Context.Facts.Select(static fact => (fact.Subject, fact.Key.Name)));
    }

    [Theory]
    [InlineData("{'verdit': 'reject'}")]
    [InlineData("{'verdict': 'accept'}")]
    [InlineData("{'verdict': 'Reject'}")]
    [InlineData("{'verdict': None}")]
    [InlineData("{'verdict': 'reject', 'code': 250}")]
    [InlineData("{'verdict': 'reject', 'code': 450}")]
    [InlineData("{'verdict': 'defer', 'code': 550}")]
    [InlineData("{'verdict': 'disconnect', 'code': 600}")]
    [InlineData("{'verdict': 'reject', 'enhanced': '4.7.1'}")]
    [InlineData("{'verdict': 'reject', 'text': 'a\\r\\n250 ok'}")]
    [InlineData("{'verdict': 'reject', 'text': ''}")]
    [InlineData("{'verdict': 'reject', 'text': 'x' * 401}")]
    [InlineData("{'verdict': 'reject', 'text': 'caf\\u00e9'}")]
    [InlineData("{'verdict': 'continue', 'code': 550}")]
    [InlineData("{'verdict': 'quarantine', 'text': 'held'}")]
    [InlineData("{'verdict': 'reject', 'for': [1]}")]
    [InlineData("{'verdict': 'reject', 'for': [-1]}")]
    [InlineData("{'headers': [['X-A']]}")]
    [InlineData("{'headers': [['X A', 'b']]}")]
    [InlineData("{'headers': [['X-A', 'b\\r\\nBcc: c']]}")]
    [InlineData("{'headers': [['X-A', 'b']] * 65}")]
    [InlineData("{'headers': [['X-A', None]]}")]
    [InlineData("{'scores': {'': 1}}")]
    [InlineData("{'scores': {str(i): 1 for i in range(65)}}")]
    [InlineData("{'facts': ['trusted']}")]
    [InlineData("{'facts': ['relay']}")]
    public async Task Answer_ThatIsNone_FailsItsCallAndNoOther(string answer)
    {
        FilterHarness harness = MakePython("['message']", $"{answer} if q['size'] > 20 else None", static options => options with { Facts = [ScriptFact.Tagged] });
        await Assert.ThrowsAnyAsync<Exception>(() => SendAsync(harness));
        Assert.Empty(harness.Context.Facts);
        Assert.Equal(VerdictKind.Continue, (await SendAsync(harness, "A: b\r\n\r\n")).Kind);
        Assert.DoesNotContain(Logs.Lines, static line => line.Contains("is gone", StringComparison.Ordinal));
    }

    // What no writer of JSON writes, but a printf does.
    [Fact]
    public void Answer_ScoreBeyondNumbers_IsNone() =>
        Assert.Throws<ScriptException>(static () => ScriptAnswer.Read(new ReadOnlySequence<byte>("""{"id":1,"scores":{"a":1e999}}"""u8.ToArray())));

    [Theory]
    [InlineData("connect", "{'headers': [['X-A', 'b']]}")]
    [InlineData("connect", "{'facts': ['tagged']}")]
    [InlineData("connect", "{'verdict': 'reject', 'for': [0]}")]
    public async Task Answer_TooEarly_FailsItsCall(string stage, string answer)
    {
        FilterHarness harness = MakePython($"['{stage}']", answer, static options => options with { Facts = [ScriptFact.Tagged] });
        await Assert.ThrowsAnyAsync<IOException>(() => harness.ConnectAsync().AsTask());
    }

    [Fact]
    public async Task Message_OfAnySize_IsReadFromItsFile()
    {
        FilterHarness harness = MakePython("['message']", "{'verdict': 'reject', 'detail': str(len(open(q['path'], 'rb').read()))}");
        string message = $"Subject: x\r\n\r\n{new string('x', 1 << 20)}\r\n";
        Assert.Equal($"Reject script-rejected {message.Length}", (await SendAsync(harness, message)).ToString());
    }

    [Fact]
    public async Task Questions_ToOneChildAtOnce_AreAnsweredInAnyOrder()
    {
        FilterHarness harness = Make(Program($$"""
            {{Loop}}
            hello(["rcpt"], concurrency=3)
            asked = [json.loads(sys.stdin.readline()) for _ in range(3)]
            for question in reversed(asked):
                print(json.dumps({"id": question["id"], "verdict": "reject", "detail": question["recipient"]}), flush=True)
            sys.stdin.read()
            """));
        await harness.MailAsync();
        Task<Verdict>[] calls = [.. new[] { "a@example.com", "b@example.com", "c@example.com" }.Select(name => harness.RcptAsync(name).AsTask())];
        Verdict[] verdicts = await Task.WhenAll(calls);
        Assert.Equal(["a@example.com", "b@example.com", "c@example.com"], verdicts.Select(static verdict => verdict.Detail));
    }

    [Fact]
    public async Task Questions_ToChildrenThatTakeOneEach_AreSpreadAndWait()
    {
        FilterHarness harness = MakePython("['rcpt']", "time.sleep(0.05) or {'verdict': 'reject', 'detail': str(os.getpid())}", static options => options with { Children = 3 });
        await harness.MailAsync();
        Verdict[] verdicts = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => harness.RcptAsync().AsTask()));
        Assert.InRange(verdicts.Select(static verdict => verdict.Detail).Distinct().Count(), 2, 3);
    }
}
