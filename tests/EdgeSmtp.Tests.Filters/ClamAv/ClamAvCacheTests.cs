using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.ClamAv;
using EdgeSmtp.Filters.ClamAv.Clamd;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using EdgeSmtp.Toolkit.Scanning;
using Xunit;

namespace EdgeSmtp.Tests.Filters.ClamAv;

/// <summary>What is remembered, and what is not.</summary>
public sealed class ClamAvCacheTests : ClamAvTest
{
    [Theory]
    [InlineData("fd[11]: OK\0")]
    [InlineData("fd[11]: Eicar FOUND\0")]
    [InlineData("fd[11]: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0")]
    [InlineData("INSTREAM size limit exceeded. ERROR\0")]
    public async Task SameMessage_IsScannedOnce(string answer)
    {
        Clamd.Says(answer);
        FilterHarness harness = Create();
        Verdict first = await ScanAsync(harness);
        harness.NextSession();
        Verdict second = await ScanAsync(harness);
        Assert.Equal((first.Reason, first.Detail), (second.Reason, second.Detail));
        Assert.Equal(1, Clamd.Scans);
        await ScanAsync(harness, Message + "x");
        Assert.Equal(2, Clamd.Scans);
    }

    [Theory]
    [InlineData("fd[11]: Can't allocate memory ERROR\0")]
    [InlineData("fd[11]: Heuristics.Limits.Exceeded.MaxScanTime FOUND\0")]
    [InlineData("")]
    public async Task WhatMayBeOtherwiseNextTime_IsNotRemembered(string answer)
    {
        Clamd.Says(answer);
        FilterHarness harness = Create();
        await ScanAsync(harness);
        Clamd.Says("fd[11]: Eicar FOUND\0");
        Assert.Same(ClamAvFilter.Virus, (await ScanAsync(harness)).Reason);
    }

    [Fact]
    public async Task CopiesWithOtherTraceFields_AreOneContent()
    {
        FilterHarness harness = Create();
        for (int i = 0; i < 5; i++)
        {
            harness.NextSession();
            await harness.MailAsync();
            await harness.RcptAsync();
            using TestMessageContent content = WithTrace($"Received: from {i}\r\n", Message);
            harness.Transaction.Staged = content;
            RecipientVerdicts verdicts = new();
            verdicts.Reset(1);
            await ((ClamAvFilter)harness.Filter).OnMessageAsync(harness.Transaction, verdicts, CancellationToken.None);
        }

        Assert.Equal(1, Clamd.Scans);
    }

    [Fact]
    public async Task NewSignatures_EndWhatIsRemembered()
    {
        FilterHarness harness = Create();
        Assert.Null((await ScanAsync(harness)).Reason);
        Clamd.Version = "ClamAV 1.4.6/27124/Tue Jan  6 09:00:00 2026";
        Clamd.Says("fd[11]: Eicar FOUND\0");
        Assert.Null((await ScanAsync(harness)).Reason);

        // Long after the last reading nothing goes by the old version any more.
        harness.Time.Advance(new ClamAvFilterOptions().VersionInterval * 2);
        Assert.Same(ClamAvFilter.Virus, (await ScanAsync(harness)).Reason);
    }

    [Fact]
    public async Task NewSignatures_AreReadWhileMessagesGoOn()
    {
        FilterHarness harness = Create();
        await ScanAsync(harness);
        Clamd.Version = "ClamAV 1.4.6/27124/Tue Jan  6 09:00:00 2026";
        Clamd.Says("fd[11]: Eicar FOUND\0");
        harness.Time.Advance(new ClamAvFilterOptions().VersionInterval);
        Verdict verdict = await ScanAsync(harness);
        while (verdict.Reason is null)
        {
            await Task.Yield();
            verdict = await ScanAsync(harness);
        }

        Assert.Same(ClamAvFilter.Virus, verdict.Reason);
    }

    [Fact]
    public async Task ScannerOfUnknownVersion_IsAskedForEveryMessage()
    {
        Clamd.Version = string.Empty;
        FilterHarness harness = Create();
        Assert.Null((await PassTimeAsync(harness, ScanAsync(harness))).Reason);
        Assert.Null((await ScanAsync(harness)).Reason);
        Assert.Equal(2, Clamd.Scans);
    }

    [Fact]
    public async Task Ttl_EndsWhatIsRemembered()
    {
        FilterHarness harness = Create(Options() with { Cache = new VerdictCacheOptions { Ttl = TimeSpan.FromMinutes(1) } });
        await ScanAsync(harness);
        harness.Time.Advance(TimeSpan.FromMinutes(1));
        await ScanAsync(harness);
        Assert.Equal(2, Clamd.Scans);
    }

    [Fact]
    public async Task IdenticalMessagesAtOnce_AreScannedOnce()
    {
        TaskCompletionSource<string?> slow = new();
        Clamd.Answer = _ => slow.Task;
        FilterHarness harness = Create();
        ClamAvFilter filter = (ClamAvFilter)harness.Filter;
        List<(TestTransaction Transaction, RecipientVerdicts Verdicts, Task Task)> copies = [];
        using TestMessageContent content = new(Message);
        for (int i = 0; i < 100; i++)
        {
            TestTransaction transaction = new(harness.Session) { Staged = content };
            transaction.AddRecipient("rcpt@example.com");
            RecipientVerdicts verdicts = new();
            verdicts.Reset(1);
            copies.Add((transaction, verdicts, filter.OnMessageAsync(transaction, verdicts, CancellationToken.None).AsTask()));
        }

        slow.SetResult("fd[11]: Eicar FOUND\0");
        await Task.WhenAll(copies.Select(static copy => copy.Task));
        Assert.All(copies, static copy => Assert.Same(ClamAvFilter.Virus, copy.Verdicts[0].Reason));
        Assert.Equal(1, Clamd.Scans);
    }

    [Fact]
    public async Task Profiles_WithOtherPolicies_ShareWhatTheScannerSaid()
    {
        Clamd.Says("fd[11]: Heuristics.Encrypted.Zip FOUND\0");
        using HarnessContext context = Create().Context;
        ClamAvFilter[] filters =
        [
            new(Options(), context), new(Options() with { Unscanned = UnscannedAction.Reject }, context), new(Options() with { UnscannedNames = [] }, context),
        ];
        List<FilterReason?> reasons = [];
        foreach (ClamAvFilter filter in filters)
        {
            using FilterHarness harness = new(filter);
            reasons.Add((await ScanTaggedAsync(filter)).Reason);
        }

        Assert.Equal([ClamAvFilter.Unscanned, ClamAvFilter.UnscannedRejected, ClamAvFilter.Virus], reasons);
        Assert.Equal(1, Clamd.Scans);
        Assert.Same(ClamAvFilter.Virus, (await ScanTaggedAsync(new(Options() with { Method = ClamdMethod.Stream, UnscannedNames = [] }, context))).Reason);
        Assert.Equal(2, Clamd.Scans);

        static async Task<Verdict> ScanTaggedAsync(ClamAvFilter filter)
        {
            using TestMessageContent content = new(Message);
            TestTransaction transaction = new(new TestSession()) { Staged = content };
            transaction.AddRecipient("rcpt@example.com");
            RecipientVerdicts verdicts = new();
            verdicts.Reset(1);
            await filter.OnMessageAsync(transaction, verdicts, CancellationToken.None);
            return verdicts[0];
        }
    }

    [Fact]
    public async Task KnownCleanMessage_AllocatesNothing()
    {
        FilterHarness harness = Create();
        ClamAvFilter filter = (ClamAvFilter)harness.Filter;
        using TestMessageContent content = new(Encoding.ASCII.GetBytes(Message));
        TestTransaction transaction = new(harness.Session) { Staged = content };
        RecipientVerdicts verdicts = new();
        verdicts.Reset(1);
        await filter.OnMessageAsync(transaction, verdicts, CancellationToken.None);
        AllocationGate.AssertNone(() =>
        {
            ValueTask scan = filter.OnMessageAsync(transaction, verdicts, CancellationToken.None);
            return scan.IsCompletedSuccessfully ? new ValueTask<Verdict>(verdicts[0]) : throw new InvalidOperationException("It waits.");
        });
    }
}
