using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Authentication;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Filters.Spf;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Spf;

/// <summary>The filter around the evaluator: identities, stages, time, and what it writes.</summary>
public sealed class SpfFilterTests
{
    private const string Pass = "v=spf1 ip4:192.0.2.1 -all";

    // RFC 7208 §2.4: postmaster at the HELO name sends what nobody sends.
    [Fact]
    public async Task NullSender_ChecksTheHello()
    {
        using FilterHarness harness = SpfTest.Harness("3", FakeDns.Empty.AddText("mail.example.org", "v=spf1 -all exp=why.example.org").AddText("why.example.org", "%{s} %{o} %{h}"));
        Verdict verdict = await SpfTest.ToRcptAsync(harness, "", "mail.example.org");
        Assert.Equal("spf-helo-fail", verdict.Reason?.Token);
        SpfResult result = SpfTest.FactOf(harness);
        Assert.Equal((SpfIdentity.Hello, "mail.example.org", "postmaster@mail.example.org mail.example.org mail.example.org"), (result.Identity, result.Domain, result.Explanation));
    }

    [Theory]
    [InlineData("[192.0.2.1]")]
    [InlineData("localhost")]
    [InlineData("not a name")]
    public async Task NullSender_HelloThatIsNoDomain_IsNone(string hello)
    {
        using FilterHarness harness = SpfTest.Harness("5", FakeDns.Empty.FailAll(DnsStatus.TemporaryFailure));
        Assert.Null((await SpfTest.ToRcptAsync(harness, "", hello)).Reason);
        Assert.Equal(SpfStatus.None, SpfTest.FactOf(harness).Status);
    }

    // RFC 5321 §4.5.5: reports must be taken.
    [Theory]
    [InlineData("v=spf1 ~all")]
    [InlineData("v=spf1 ?all")]
    [InlineData("v=spf1 wrong: -all")]
    [InlineData("no record")]
    public async Task NullSender_AtTheTopOfTheLadder_IsRefusedOnlyForFail(string record)
    {
        using FilterHarness harness = SpfTest.Harness(new SpfFilterOptions { Behavior = "6", RejectPermError = true }, FakeDns.Empty.AddText("mail.example.org", record));
        Assert.Equal(VerdictKind.Continue, (await SpfTest.ToRcptAsync(harness, "", "mail.example.org")).Kind);
    }

    // QMTP has no HELO.
    [Fact]
    public async Task NullSender_WithoutHello_IsNone()
    {
        using FilterHarness harness = SpfTest.Harness("5", FakeDns.Empty);
        harness.Session.ProtocolInUse = SessionProtocol.Qmtp;
        harness.Session.HelloText = null;
        await harness.MailAsync("");
        Assert.Null((await harness.RcptAsync()).Reason);
        Assert.Equal(string.Empty, SpfTest.FactOf(harness).Domain);
        Assert.Equal("none (mx.example.com: the sender has no record) receiver=mx.example.com; client-ip=192.0.2.1; envelope-from=\"\"; helo=\"\"; identity=helo", Assert.Single(SpfTest.FieldsOf(harness)));
    }

    [Fact]
    public async Task Sender_AddressLiteral_IsNone()
    {
        using FilterHarness harness = SpfTest.Harness("5", FakeDns.Empty);
        Assert.Null((await SpfTest.ToRcptAsync(harness, "user@[192.0.2.1]")).Reason);
        Assert.Empty(harness.Dns.Questions);
    }

    [Fact]
    public async Task Hello_ByDefault_IsNotChecked()
    {
        using FilterHarness harness = SpfTest.Harness("3", SpfTest.Record(Pass).AddText("mail.example.org", "v=spf1 -all"));
        Assert.Equal("spf-pass", (await SpfTest.ToRcptAsync(harness, hello: "mail.example.org")).Reason?.Token);
        Assert.Null(SpfTest.FactOf(harness).Hello);
    }

    // RFC 7208 §2.3.
    [Theory]
    [InlineData("3", "spf-helo-fail")]
    [InlineData("2", "spf-pass")]
    public async Task Hello_AlwaysChecked_FailsBesideTheSender(string behavior, string token)
    {
        using FilterHarness harness = SpfTest.Harness(
            new SpfFilterOptions { Behavior = behavior, CheckHello = SpfHelloCheck.Always }, SpfTest.Record(Pass).AddText("mail.example.org", "v=spf1 -all"));
        Assert.Equal(token, (await SpfTest.ToRcptAsync(harness, hello: "mail.example.org")).Reason?.Token);
        Assert.Equal(SpfStatus.Fail, SpfTest.FactOf(harness).Hello?.Status);
        Assert.Equal(["fail", "pass"], SpfTest.FieldsOf(harness).Select(static field => field.Split(' ')[0]));
    }

    [Fact]
    public async Task Hello_GivenAgain_CountsTheLast()
    {
        using FilterHarness harness = SpfTest.Harness(new SpfFilterOptions { Behavior = "3", CheckHello = SpfHelloCheck.Always }, SpfTest.Record(Pass).AddText("bad.example.org", "v=spf1 -all"));
        await harness.HelloAsync("bad.example.org");
        await harness.HelloAsync("mail.example.org");
        await harness.MailAsync();
        Assert.Equal("spf-pass", (await harness.RcptAsync()).Reason?.Token);
    }

    // A softfail, none or error of a HELO name is no reason to refuse a sender that passes.
    [Fact]
    public async Task Hello_AlwaysChecked_OnlyFailRefuses()
    {
        using FilterHarness harness = SpfTest.Harness(new SpfFilterOptions { Behavior = "6", CheckHello = SpfHelloCheck.Always }, SpfTest.Record(Pass).AddText("mail.example.org", "v=spf1 wrong:"));
        Assert.Equal("spf-pass", (await SpfTest.ToRcptAsync(harness, hello: "mail.example.org")).Reason?.Token);
    }

    [Fact]
    public async Task Mail_SlowDns_IsAnsweredAtOnce_AndAwaitedAtRcpt()
    {
        using FilterHarness harness = SpfTest.Harness("3", SpfTest.Record("v=spf1 -all").DelayAll(TimeSpan.FromSeconds(3)));
        Assert.True(harness.MailAsync().AsTask().IsCompletedSuccessfully);
        Task<Verdict> waiting = harness.RcptAsync().AsTask();
        Assert.False(waiting.IsCompleted);
        harness.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("spf-fail", (await waiting).Reason?.Token);
    }

    // Nothing waits at HELO and MAIL: a client that goes round there must not fill the resolver, which all sessions share.
    [Fact]
    public async Task HelloAndMail_AgainAndAgain_HaveOneCheckEachAtATime()
    {
        FakeDns dns = SpfTest.Record("v=spf1 -all").AddText("last.example", "v=spf1 -all").DelayAll(TimeSpan.FromSeconds(3));
        using FilterHarness harness = SpfTest.Harness(new SpfFilterOptions { Behavior = "3", CheckHello = SpfHelloCheck.Always }, dns);
        await harness.HelloAsync("h.example");
        for (int i = 0; i < 1_000; i++)
        {
            await harness.MailAsync($"x@s{i}.example");
        }

        for (int i = 0; i < 1_000; i++)
        {
            await harness.HelloAsync($"h{i}.example");
            await harness.MailAsync($"x@s{i}.example");
        }

        Assert.Equal(2, dns.Questions.Count);
        await harness.HelloAsync("last.example");
        await harness.MailAsync();
        Task<Verdict> waiting = harness.RcptAsync().AsTask();
        Assert.Equal(4, dns.Questions.Count);
        harness.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("spf-helo-fail", (await waiting).Reason?.Token);
        Assert.Equal(SpfStatus.Fail, SpfTest.FactOf(harness).Hello?.Status);
    }

    [Fact]
    public async Task Rcpt_StageIsCancelled_EndsTheWaitNotTheLookups()
    {
        using FilterHarness harness = SpfTest.Harness("3", SpfTest.Record("v=spf1 -all").DelayAll(TimeSpan.FromSeconds(3)));
        await harness.MailAsync();
        using CancellationTokenSource deadline = new();
        Task<Verdict> waiting = harness.RcptAsync(cancellationToken: deadline.Token).AsTask();
        await deadline.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Empty(harness.Context.Facts);
        Assert.Empty(harness.Context.ChangeLog);
        harness.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("spf-fail", (await harness.RcptAsync()).Reason?.Token);
        Assert.Equal(1, harness.Dns.CountOf(SpfTest.Domain, DnsRecordType.Txt));
    }

    [Fact]
    public async Task Session_Aborted_EndsTheLookups()
    {
        using FilterHarness harness = SpfTest.Harness(new SpfFilterOptions { CheckHello = SpfHelloCheck.Always }, SpfTest.Record("v=spf1 -all").DelayAll(TimeSpan.FromSeconds(3)));
        await harness.HelloAsync();
        await harness.MailAsync();
        Task<Verdict> waiting = harness.RcptAsync().AsTask();
        harness.Session.Abort();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await harness.EndAsync();
    }

    // RFC 7208 §4.6.4: a limit on the time of the whole, whatever each question takes.
    [Fact]
    public async Task Evaluation_OverItsTime_IsTempError()
    {
        FakeDns dns = SpfTest.Record("v=spf1 a:a.example.org a:b.example.org a:c.example.org -all").DelayAll(TimeSpan.FromSeconds(8));
        using FilterHarness harness = SpfTest.Harness("2", dns);
        await harness.MailAsync();
        Task<Verdict> waiting = harness.RcptAsync().AsTask();
        for (int i = 0; i < 3 && !waiting.IsCompleted; i++)
        {
            harness.Time.Advance(TimeSpan.FromSeconds(8));
            await Task.Yield();
        }

        Assert.Equal("spf-temperror", (await waiting).Reason?.Token);
        Assert.Equal("the look-ups took too long", SpfTest.FactOf(harness).Problem);
    }

    [Fact]
    public async Task Explanation_OverItsTime_LeavesTheResult()
    {
        FakeDns dns = SpfTest.Record("v=spf1 -all exp=why.example.org").AddText("why.example.org", "Why").Delay("why.example.org", TimeSpan.FromMinutes(1));
        using FilterHarness harness = SpfTest.Harness("3", dns);
        await harness.MailAsync();
        Task<Verdict> waiting = harness.RcptAsync().AsTask();
        harness.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal("spf-fail", (await waiting).Reason?.Token);
        Assert.Null(SpfTest.FactOf(harness).Explanation);
    }

    [Fact]
    public async Task Rcpt_SeveralRecipients_AskAndWriteOnce()
    {
        using FilterHarness harness = SpfTest.Harness("1", SpfTest.Record("v=spf1 mx -all"));
        await harness.MailAsync();
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal("spf-fail", (await harness.RcptAsync($"r{i}@example.com")).Reason?.Token);
        }

        Assert.Equal(2, harness.Dns.Questions.Count);
        Assert.Single(SpfTest.FieldsOf(harness));
        Assert.Equal(2, harness.Context.Facts.Count);
    }

    [Fact]
    public void Rcpt_ResultKnown_AllocatesNothing()
    {
        using FilterHarness harness = SpfTest.Harness("1", FakeDns.Empty);
        Assert.True(harness.MailAsync().AsTask().IsCompletedSuccessfully);
        Recipient recipient = harness.Transaction.Ask("r@example.com");
        IRcptFilter filter = (IRcptFilter)harness.Filter;
        AllocationGate.AssertNone(() => filter.OnRcptAsync(harness.Transaction, recipient, CancellationToken.None));
    }

    [Fact]
    public async Task Rcpt_OfAVariantThatWasNotAskedAtMail_StartsThen()
    {
        using FilterHarness harness = SpfTest.Harness("3", SpfTest.Record("v=spf1 -all"));
        Assert.Equal("spf-fail", (await harness.RcptAsync()).Reason?.Token);
    }

    [Fact]
    public async Task V6Client_Passes()
    {
        using FilterHarness harness = SpfTest.Harness("3", SpfTest.Record("v=spf1 ip6:2001:db8::/32 -all"));
        harness.Session.ClientEndPoint = new IPEndPoint(IPAddress.Parse("2001:db8::25"), 1);
        Assert.Equal("spf-pass", (await SpfTest.ToRcptAsync(harness)).Reason?.Token);
        Assert.Contains("client-ip=\"2001:db8::25\"", Assert.Single(SpfTest.FieldsOf(harness)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task InternationalSender_IsAskedInALabels()
    {
        using FilterHarness harness = SpfTest.Harness("3", FakeDns.Empty.AddText("xn--bcher-kva.example", "v=spf1 -all"));
        Assert.Equal("spf-fail", (await SpfTest.ToRcptAsync(harness, "grün@bücher.example")).Reason?.Token);
        Assert.Equal("xn--bcher-kva.example", SpfTest.FactOf(harness).Domain);
        Assert.Contains("envelope-from=\"gr?n@b?cher.example\"", Assert.Single(SpfTest.FieldsOf(harness)), StringComparison.Ordinal);
    }

    // RFC 7208 §8.4: the words of the domain are told, with whose they are; and nothing of them can break out of the reply.
    [Fact]
    public async Task Explanation_IsToldCleaned()
    {
        FakeDns dns = FakeDns.Empty.AddText(SpfTest.Domain, "v=spf1 -all exp=why.example.org").AddText("why.example.org", "Not %{i}: see https://%{d}/why?s=%{S}");
        using FilterHarness harness = SpfTest.Harness("3", dns);
        FilterReason reason = (await SpfTest.ToRcptAsync(harness, "ü\u200b%&x@example.org")).Reason!;
        Assert.Equal("SPF: the sender's domain does not allow your address\nThe domain example.org explains:\nNot 192.0.2.1: see https://example.org/why?s=%C3%BC%E2%80%8B%25%26x%40example.org", reason.Text);
        string wire = System.Text.Encoding.ASCII.GetString(new SmtpReply(reason.Code, reason.EnhancedCode, reason.Text).Wire.Span);
        Assert.Equal(3, wire.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Explanation_OfMacrosThatAreNotPrintable_IsMadeSo()
    {
        FakeDns dns = FakeDns.Empty.AddText(SpfTest.Domain, "v=spf1 -all exp=why.example.org").AddText("why.example.org", "No, %{l}!");
        using FilterHarness harness = SpfTest.Harness("3", dns);
        await SpfTest.ToRcptAsync(harness, "grün@example.org");
        Assert.Equal("No, gr?n!", SpfTest.FactOf(harness).Explanation);
    }

    [Fact]
    public async Task Explanation_Long_IsCut()
    {
        FakeDns dns = FakeDns.Empty.AddText(SpfTest.Domain, "v=spf1 -all exp=why.example.org").AddText("why.example.org", new string('x', 5_000));
        using FilterHarness harness = SpfTest.Harness("3", dns);
        await SpfTest.ToRcptAsync(harness);
        Assert.Equal(400, SpfTest.FactOf(harness).Explanation!.Length);
    }

    [Fact]
    public async Task Explanation_OfOurs_StandsWhereTheDomainHasNone()
    {
        SpfFilterOptions options = new() { Behavior = "3", Explanation = "See http://spf.example.net/why?sender=%{S}&ip=%{I}&receiver=%{R}" };
        using FilterHarness harness = SpfTest.Harness(options, SpfTest.Record("v=spf1 -all"));
        await SpfTest.ToRcptAsync(harness);
        Assert.Equal("See http://spf.example.net/why?sender=sender%40example.org&ip=192.0.2.1&receiver=mx.example.com", SpfTest.FactOf(harness).Explanation);
    }

    [Fact]
    public async Task Explanation_NotFetched_AsksNothing()
    {
        using FilterHarness harness = SpfTest.Harness(new SpfFilterOptions { Behavior = "3", FetchExplanation = false }, SpfTest.Record("v=spf1 -all exp=why.example.org"));
        Assert.Equal(SpfFilter.Failed.Text, (await SpfTest.ToRcptAsync(harness)).Reason?.Text);
        Assert.Single(harness.Dns.Questions);
    }

    // RFC 7208 §9.1; a field that is not asked for is not written.
    [Theory]
    [InlineData("v=spf1 ip4:192.0.2.1 -all", "pass (mx.example.com: domain of example.org designates 192.0.2.1 as permitted sender) receiver=mx.example.com; client-ip=192.0.2.1; envelope-from=\"sender@example.org\"; helo=client.example; identity=mailfrom; mechanism=\"ip4:192.0.2.1\"")]
    [InlineData("v=spf1 mx ~all", "softfail (mx.example.com: transitioning domain of example.org does not designate 192.0.2.1 as permitted sender) receiver=mx.example.com; client-ip=192.0.2.1; envelope-from=\"sender@example.org\"; helo=client.example; identity=mailfrom; mechanism=~all")]
    [InlineData("v=spf1 (x) -all", "permerror (mx.example.com: the record of domain of example.org is in error) receiver=mx.example.com; client-ip=192.0.2.1; envelope-from=\"sender@example.org\"; helo=client.example; identity=mailfrom; problem=\"unknown mechanism '(x)' in the record of example.org\"")]
    public async Task ReceivedSpf_HasTheFormOfTheRfc(string record, string expected)
    {
        using FilterHarness harness = SpfTest.Harness("1", SpfTest.Record(record));
        await SpfTest.ToRcptAsync(harness);
        Assert.Equal(expected, Assert.Single(SpfTest.FieldsOf(harness)));
    }

    [Fact]
    public async Task ReceivedSpf_OfHostileNames_StaysOneField()
    {
        using FilterHarness harness = SpfTest.Harness("1", SpfTest.Record("v=spf1 -all"));
        await SpfTest.ToRcptAsync(harness, "\"a) (b\\\"; x=y\"@example.org", "x\"; identity=mailfrom (");
        Assert.Contains(@"envelope-from=""\""a) (b\\\""; x=y\""@example.org""; helo=""x\""; identity=mailfrom ("";", Assert.Single(SpfTest.FieldsOf(harness)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReceivedSpf_Off_IsNotWritten()
    {
        using FilterHarness harness = SpfTest.Harness(new SpfFilterOptions { ReceivedSpf = false }, SpfTest.Record(Pass));
        await SpfTest.ToRcptAsync(harness);
        Assert.Empty(harness.Context.ChangeLog);
        Assert.Equal(SpfStatus.Pass, SpfTest.FactOf(harness).Status);
    }

    [Theory]
    [InlineData("LocalPolicy", "nonsense")]
    [InlineData("LocalPolicy", "redirect=example.org")]
    [InlineData("LocalPolicy", "a a a a a a a a a a a")]
    [InlineData("BestGuess", "v=spf1 a/99")]
    [InlineData("Explanation", "100%")]
    public void Options_WrongTexts_AreRefused(string option, string text)
    {
        SpfFilterOptions options = new()
        {
            LocalPolicy = option == "LocalPolicy" ? text : null,
            BestGuess = option == "BestGuess" ? text : null,
            Explanation = option == "Explanation" ? text : null,
        };
        Assert.False(OptionsOf.AreValid(options));
    }
}
