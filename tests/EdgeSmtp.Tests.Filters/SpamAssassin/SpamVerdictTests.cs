using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.SpamAssassin;
using EdgeSmtp.Pipeline;
using Xunit;

namespace EdgeSmtp.Tests.Filters.SpamAssassin;

public sealed class SpamVerdictTests : SpamAssassinTest
{
    [Theory]
    [InlineData(4.9, VerdictKind.Continue)]
    [InlineData(5.0, VerdictKind.Quarantine)]
    [InlineData(9.9, VerdictKind.Quarantine)]
    [InlineData(10.0, VerdictKind.Reject)]
    [InlineData(1000.0, VerdictKind.Reject)]
    [InlineData(-100.0, VerdictKind.Continue)]
    public async Task Score_AtUnderAndOverThresholds_IsJudged(double score, VerdictKind expected)
    {
        Spamd.Answers(_ => FakeSpamd.Symbols(score, "GTUBE"));
        await using FilterRun run = Begin(Options(static options => options with { Quarantine = 5, Reject = 10 }));
        Assert.Equal(expected, (await MessageAsync(run))[0].Kind);
    }

    [Fact]
    public async Task Spam_WithoutThresholds_IsTakenAndTagged()
    {
        Spamd.Answers(static _ => FakeSpamd.Symbols(1000, "GTUBE"));
        await using FilterRun run = Begin(Options());
        Assert.Equal(VerdictKind.Continue, (await MessageAsync(run))[0].Kind);
        Assert.True(IsSet(KnownFacts.Tagged));
        Assert.False(IsSet(KnownFacts.Unscanned));
    }

    [Fact]
    public async Task Refusal_SaysWhyInTheLogAndNothingToTheClient()
    {
        Spamd.Answers(static _ => FakeSpamd.Symbols(12.5, "GTUBE,MISSING_DATE"));
        await using FilterRun run = Begin(Options(static options => options with { Reject = 10 }));
        Verdict verdict = (await MessageAsync(run))[0];
        Assert.Equal("spam", verdict.Reason!.Token);
        Assert.Equal(554, verdict.Reason.Code);
        Assert.Equal("12.5 of 10.0 for all: GTUBE,MISSING_DATE", verdict.Detail);
        Assert.DoesNotContain("GTUBE", verdict.Reason.Text, StringComparison.Ordinal);
    }

    // qmail-queue.scan: control/spamdomains with rcptdomain:threshold; a negative one means no scan.
    [Fact]
    public async Task Thresholds_OfDomainsAndAddresses_CountForTheirRecipientsAlone()
    {
        Spamd.Answers(static _ => FakeSpamd.Symbols(7));
        Transaction.AddRecipient("a@strict.example");
        Transaction.AddRecipient("vip@strict.example");
        Transaction.AddRecipient("b@hold.example");
        Transaction.AddRecipient("c@never.example");
        Transaction.AddRecipient("d@other.example");
        await using FilterRun run = Begin(Options(static options => options with
        {
            Reject = 8,
            Recipients = new Dictionary<string, SpamProfileOptions>
            {
                ["STRICT.example"] = new() { Reject = 7 },
                ["vip@strict.example"] = new() { Reject = 20 },
                ["@hold.example"] = new() { Quarantine = 6 },
                ["never.example"] = new() { Scan = false },
            },
        }));
        RecipientVerdicts verdicts = await MessageAsync(run);
        Assert.Equal(
            [VerdictKind.Reject, VerdictKind.Continue, VerdictKind.Quarantine, VerdictKind.Continue, VerdictKind.Continue],
            Enumerable.Range(0, 5).Select(i => verdicts[i].Kind));
        Assert.Single(Spamd.Requests);
    }

    [Fact]
    public async Task Recipients_WhoWantNoScan_CostNone()
    {
        Transaction.AddRecipient("c@never.example");
        await using FilterRun run = Begin(Options(static options => options with
        {
            Recipients = new Dictionary<string, SpamProfileOptions> { ["never.example"] = new() { Scan = false } },
        }));
        Assert.Equal([Content], await ComposeAsync(run, await MessageAsync(run)));
        Assert.Empty(Spamd.Requests);
    }

    [Theory]
    [InlineData("a@example.com", "user-of-domain")]
    [InlineData("b@other.example", "b@other.example")]
    [InlineData("B+ext@OTHER.example", "b@other.example")]
    public async Task User_IsThatOfTheRecipient(string recipient, string user)
    {
        Transaction.AddRecipient(recipient);
        await using FilterRun run = Begin(Options(static options => options with
        {
            User = "{address}",
            Recipients = new Dictionary<string, SpamProfileOptions> { ["example.com"] = new() { User = "user-of-domain" } },
        }));
        await MessageAsync(run);
        Assert.Contains($"\r\nUser: {user}\r\n", Assert.Single(Spamd.Requests), StringComparison.Ordinal);
    }

    // What a stranger may write in a local part never becomes a path or a second line at spamd.
    [Theory]
    [InlineData("\"a/../../root\"@example.com")]
    [InlineData("\"a b\"@example.com")]
    [InlineData("\"..\"@example.com")]
    [InlineData("-x@example.com")]
    [InlineData("a'b@example.com")]
    [InlineData("a%40b@example.com")]
    public async Task User_WithLettersThatMayBeDangerous_IsNobody(string recipient)
    {
        Transaction.AddRecipient(recipient);
        await using FilterRun run = Begin(Options(static options => options with { User = "{local}" }));
        await MessageAsync(run);
        Assert.DoesNotContain("User:", Assert.Single(Spamd.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Users_EachGetTheirOwnScanAndItsVerdict()
    {
        Spamd.Answers(static request => FakeSpamd.Symbols(request.Contains("User: strict", StringComparison.Ordinal) ? 11 : 1));
        Transaction.AddRecipient("a@strict.example");
        Transaction.AddRecipient("b@strict.example");
        Transaction.AddRecipient("c@mild.example");
        await using FilterRun run = Begin(Options(static options => options with { User = "{domain}", Reject = 10 }));
        RecipientVerdicts verdicts = await MessageAsync(run);
        Assert.Equal([VerdictKind.Reject, VerdictKind.Reject, VerdictKind.Continue], Enumerable.Range(0, 3).Select(i => verdicts[i].Kind));
        Assert.Equal(2, Spamd.Requests.Count);
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(7, 4)]
    public async Task Users_BeyondTheirLimit_ShareAScanWithoutName(int recipients, int scans)
    {
        for (int i = 0; i < recipients; i++)
        {
            Transaction.AddRecipient($"u{i}@example.com");
        }

        await using FilterRun run = Begin(Options(static options => options with { User = "{address}", UsersMax = 3 }));
        await MessageAsync(run);
        Assert.Equal(scans, Spamd.Requests.Count);
        Assert.Equal(Math.Min(recipients, 3), Spamd.Requests.Count(static request => request.Contains("\r\nUser: ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(1, 7.5)]
    [InlineData(2, 15.0)]
    [InlineData(0, 0.0)]
    public async Task Score_BecomesPointsForAThresholdFilter(double factor, double points)
    {
        Spamd.Answers(static _ => FakeSpamd.Symbols(7.5));
        double seen = -1;
        FilterRun run = Begin(Options(options => options with { ScoreFactor = factor }), reader: context => seen = context);
        await using (run)
        {
            await MessageAsync(run);
        }

        Assert.Equal(points, seen);
    }

    [Fact]
    public async Task Request_HasTheMessageAsStagedBehindItsReturnPath()
    {
        await using FilterRun run = Begin(Options());
        await MessageAsync(run, "Received: by edge\r\n" + Content, blockBytes: 5, traceLength: 19);
        string message = "Return-Path: <sender@example.org>\r\nReceived: by edge\r\n" + Content;
        Assert.Equal($"SYMBOLS SPAMC/1.5\r\nContent-length: {message.Length}\r\n\r\n{message}", Assert.Single(Spamd.Requests));
    }
}
