using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Authentication;
using EdgeSmtp.Filters.AuthenticationResults;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using Xunit;

namespace EdgeSmtp.Tests.Filters.AuthenticationResults;

/// <summary>Under the real driver, with its composition: the field as readers behind us get it.</summary>
public sealed class AuthenticationResultsFilterTests
{
    private const string Received = "Received: from a by b; Fri, 2 Jan 2026 03:04:05 +0000\r\n";
    private const string Rest = "Subject: test\r\n\r\nText.\r\n";

    private static readonly SpfResult Pass = new(SpfStatus.Pass, SpfIdentity.MailFrom, "example.org");

    [Fact]
    public async Task Spf_KnownAtRcpt_StandsAmongTheTraceFields()
    {
        string text = await ComposeAsync(Pass);
        Assert.Equal("Authentication-Results: mx.example.com; spf=pass\r\n smtp.mailfrom=sender@example.org\r\n" + Received + Rest, text);
    }

    [Fact]
    public async Task Spf_KnownOnlyLater_IsWrittenWithTheMessage()
    {
        string text = await ComposeAsync(Pass, late: true);
        Assert.Equal("Authentication-Results: mx.example.com; spf=pass\r\n smtp.mailfrom=sender@example.org\r\n" + Received + Rest, text);
    }

    // One field, whenever what is to stand in it became known.
    [Fact]
    public async Task Findings_ThatChange_ReplaceTheField()
    {
        string text = await ComposeAsync(Pass with { Status = SpfStatus.Neutral }, later: Pass, content: "Authentication-Results: mx.example.com; forged=pass\r\nAuthentication-Results: other; x=pass\r\n");
        Assert.Equal("Authentication-Results: mx.example.com; spf=pass\r\n smtp.mailfrom=sender@example.org\r\n" + Received + "Authentication-Results: other; x=pass\r\n" + Rest, text);
    }

    // RFC 8601 §5: what bears our name and does not come from us goes, however it is written.
    [Theory]
    [InlineData("Authentication-Results: mx.example.com; spf=pass smtp.mailfrom=bank.example\r\n")]
    [InlineData("AUTHENTICATION-RESULTS:MX.Example.COM;spf=pass\r\n")]
    [InlineData("Authentication-Results : mx.example.com; spf=pass\r\n")]
    [InlineData("Authentication-Results: mx.example.com. 1; spf=pass\r\n")]
    [InlineData("Authentication-Results:\r\n (a (nested) \\) comment)\r\n\t\"mx.example.com\"; spf=pass\r\n")]
    [InlineData("Authentication-Results: mx.example.com(x); spf=pass\r\n")]
    [InlineData("Authentication-Results: partner.example; spf=pass\r\n")]
    [InlineData("Authentication-Results: b\u00fccher.example; spf=pass\r\n")]
    [InlineData("Authentication-Results: \"mx.\\example.com\"; spf=pass\r\n")]
    [InlineData("Authentication-Results: (unclosed mx.example.com; spf=pass\r\n")]
    [InlineData("Authentication-Results: ; spf=pass\r\n")]
    [InlineData("Authentication-Results: a@mx.example.com; spf=pass\r\n")]
    [InlineData("Authentication-Results: mx(x).example.com; spf=pass\r\n")]
    [InlineData("Authentication-Results: mx (x)\r\n .example.com; spf=pass\r\n")]
    [InlineData("Authentication-Results: \"mx\"(x).example.com; spf=pass\r\n")]
    [InlineData("Authentication-Results: \"mx\".example.com; spf=pass\r\n")]
    [InlineData("Authentication-Results: other.example (x) 1 (y) mx.example.com; spf=pass\r\n")]
    [InlineData("Authentication-Results: other.example (unclosed; spf=pass\r\n")]
    public async Task Forged_Fields_AreRemoved(string field)
    {
        AuthenticationResultsFilterOptions options = new() { RemoveIds = ["partner.example", "b\u00fccher.example"] };
        Assert.Equal(Received + "X-A: 1\r\n" + Rest, await ComposeAsync(null, content: field + "X-A: 1\r\n" + field, options: options));
    }

    [Theory]
    [InlineData("Authentication-Results: mx.example.com.evil.example; spf=pass\r\n")]
    [InlineData("Authentication-Results: xmx.example.com; spf=pass\r\n")]
    [InlineData("Authentication-Results: other.example; spf=pass (mx.example.com)\r\n")]
    [InlineData("Authentication-Results: other.example\r\n")]
    [InlineData("Authentication-Results: other.example(x) (y)\r\n 1 (z) ; spf=pass\r\n")]
    [InlineData("Authentication-Results: \"other.example\" 1; spf=pass\r\n")]
    [InlineData("X-Authentication-Results: mx.example.com; spf=pass\r\n")]
    [InlineData("ARC-Authentication-Results: i=1; mx.example.com; spf=pass\r\n")]
    public async Task OtherFields_Stay(string field) => Assert.Equal(Received + field + Rest, await ComposeAsync(null, content: field));

    [Fact]
    public async Task Unreadable_WhenAsked_Stays() =>
        Assert.Equal(Received + "Authentication-Results: ; x\r\n" + Rest, await ComposeAsync(null, content: "Authentication-Results: ; x\r\n", options: new() { RemoveUnreadable = false }));

    [Theory]
    [InlineData(20, true)]
    [InlineData(21, false)]
    [InlineData(2_000, false)]
    public async Task Forged_ManyFields_TakeAllOfThemAlong(int count, bool staysOther)
    {
        const string Other = "Authentication-Results: other.example; x=pass\r\n";
        string text = await ComposeAsync(Pass, content: string.Concat(Enumerable.Repeat("Authentication-Results: mx.example.com; spf=pass\r\n", count)) + Other);
        Assert.Equal("Authentication-Results: mx.example.com; spf=pass\r\n smtp.mailfrom=sender@example.org\r\n" + Received + (staysOther ? Other : "") + Rest, text);
    }

    // The header may lie in pieces, and another filter may have put a field of that name on top.
    [Fact]
    public async Task Forged_InAHeaderOfManyBlocks_IsFound()
    {
        string content = "X-Long: " + new string('x', 500) + "\r\nAuthentication-Results: mx.example.com; spf=pass\r\n";
        Assert.Equal("Authentication-Results: other.example; y=pass\r\n" + Received + content.Split("\r\n")[0] + "\r\n" + Rest, await ComposeAsync(null, content: content, blockBytes: 16, insertsOther: true));
    }

    [Fact]
    public async Task Nothing_WasChecked_IsSaidOnlyWhenAsked()
    {
        Assert.Equal(Received + Rest, await ComposeAsync(null));
        Assert.Equal("Authentication-Results: mx.example.com; none\r\n" + Received + Rest, await ComposeAsync(null, options: new() { WriteNone = true }));
    }

    [Fact]
    public async Task AuthservId_OfTheOptionsOrTheServer_IsWritten()
    {
        Assert.StartsWith("Authentication-Results: xn--bcher-kva.example; spf", await ComposeAsync(Pass, options: new() { AuthservId = "B\u00fccher.example" }), StringComparison.Ordinal);
        Assert.StartsWith("Authentication-Results: auth.example.com; spf", await ComposeAsync(Pass, serverId: "auth.example.com"), StringComparison.Ordinal);
    }

    public static TheoryData<string, SpfResult, string> Results() => new()
    {
        { "sender@example.org", Pass with { Source = SpfSource.LocalPolicy }, "spf=pass reason=\"local policy\" smtp.mailfrom=sender@example.org" },
        { "sender@example.org", Pass with { Status = SpfStatus.PermError, Problem = "bad \"term\" \\x" }, "spf=permerror reason=\"bad \\\"term\\\" \\\\x\" smtp.mailfrom=sender@example.org" },
        { "\"a; b\"@example.org", Pass, "spf=pass smtp.mailfrom=example.org" },
        { "", new SpfResult(SpfStatus.None, SpfIdentity.Hello, "x (y); z"), "spf=none smtp.helo=\"x (y); z\"" },
        { "", new SpfResult(SpfStatus.SoftFail, SpfIdentity.Hello, "mail.example.org"), "spf=softfail smtp.helo=mail.example.org" },
        { "sender@example.org", Pass with { Hello = new SpfResult(SpfStatus.TempError, SpfIdentity.Hello, "m.example.org") }, "spf=pass smtp.mailfrom=sender@example.org; spf=temperror smtp.helo=m.example.org" },
    };

    [Theory]
    [MemberData(nameof(Results))]
    public async Task Results_AreWrittenAsTheRfcAsks(string reversePath, SpfResult result, string expected)
    {
        string text = await ComposeAsync(result, reversePath: reversePath);
        string field = text[..text.IndexOf("\r\nReceived", StringComparison.Ordinal)].Replace("\r\n", "", StringComparison.Ordinal);
        Assert.Equal("Authentication-Results: mx.example.com; " + expected, field);
    }

    [Theory]
    [InlineData(FailurePolicy.Continue, true)]
    [InlineData(FailurePolicy.Defer, false)]
    public void FailOpen_IsRefused(FailurePolicy policy, bool isRefused)
    {
        using PipelineHarness harness = new();
        harness.Add(new FilterInstance("results", Registrations.Single(static filters => filters.AddAuthenticationResults()), new AuthenticationResultsFilterOptions(), new DriverOptions { OnError = policy }));
        harness.TryBuild(out IReadOnlyList<string> errors);
        Assert.Equal(isRefused, errors.Count > 0);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("")]
    public void Ids_ThatAreNoNames_AreRefused(string id)
    {
        Assert.False(OptionsOf.AreValid(new AuthenticationResultsFilterOptions { AuthservId = id }));
        Assert.False(OptionsOf.AreValid(new AuthenticationResultsFilterOptions { RemoveIds = [id] }));
    }

    private static async Task<string> ComposeAsync(
        SpfResult? spf,
        bool late = false,
        SpfResult? later = null,
        string content = "",
        AuthenticationResultsFilterOptions? options = null,
        string reversePath = "sender@example.org",
        string? serverId = null,
        int blockBytes = 0,
        bool insertsOther = false)
    {
        using PipelineHarness harness = new();
        harness.Builder.Host = new FilterHost { Hostname = "mx.example.com", AuthservId = serverId ?? "mx.example.com" };
        FilterTraits traits = new() { Provides = [AuthenticationFacts.Spf], Effect = FilterEffect.Annotates };
        harness.Add("finder", context => new Finder(context, late ? null : spf, late ? spf : later, insertsOther), traits: traits);
        harness.Add(new FilterInstance("results", Registrations.Single(static filters => filters.AddAuthenticationResults()), options ?? new(), new DriverOptions()));
        await using FilterPipeline pipeline = harness.Build();
        using TestSession session = new();
        TestTransaction transaction = new(session, reversePath);
        await using FilterRun run = pipeline.Begin(session, RejectAt.Recipient);
        await run.ConnectAsync();
        await run.HelloAsync();
        await run.MailAsync(transaction);
        TestRecipient recipient = transaction.Ask("user@example.com");
        Assert.Equal(VerdictKind.Continue, (await run.RcptAsync(transaction, recipient)).Kind);
        transaction.Accept(recipient);
        System.Buffers.ArrayBufferWriter<byte> trace = new();
        run.WriteTrace(transaction, trace);
        string ours = Encoding.UTF8.GetString(trace.WrittenSpan) + Received;
        using TestMessageContent staged = new(Encoding.UTF8.GetBytes(ours + content + Rest), Encoding.UTF8.GetByteCount(ours), blockBytes);
        transaction.Staged = staged;
        RecipientVerdicts verdicts = new();
        verdicts.Reset(1);
        await run.MessageAsync(transaction, null, verdicts);
        IReadOnlyList<DeliveryGroup> groups = await run.ComposeAsync(transaction, verdicts);
        return Encoding.UTF8.GetString(System.Buffers.BuffersExtensions.ToArray(Assert.Single(groups).Content));
    }

    private sealed class Finder(FilterContext context, SpfResult? atRcpt, SpfResult? withMessage, bool insertsOther) : IRcptFilter, IMessageFilter
    {
        public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken)
        {
            if (atRcpt is not null)
            {
                context.Publish(transaction, AuthenticationFacts.Spf, atRcpt);
            }

            return Verdict.Continue;
        }

        public ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken)
        {
            if (withMessage is not null)
            {
                context.Publish(transaction, AuthenticationFacts.Spf, withMessage);
            }

            if (insertsOther)
            {
                context.Changes(transaction).InsertHeader("Authentication-Results", "other.example; y=pass");
            }

            return default;
        }
    }
}
