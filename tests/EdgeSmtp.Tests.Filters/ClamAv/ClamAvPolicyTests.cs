using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.ClamAv;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using EdgeSmtp.Toolkit.Scanning;
using Xunit;

namespace EdgeSmtp.Tests.Filters.ClamAv;

/// <summary>What becomes of messages: found, not looked into, not answered for; by size; and the field that says so.</summary>
public sealed class ClamAvPolicyTests : ClamAvTest
{
    private const string Found = "fd[11]: Eicar FOUND\0";

    [Fact]
    public async Task Virus_Quarantine_IsHeldAndMarked()
    {
        Clamd.Says(Found);
        FilterHarness harness = Create(Options() with { OnVirus = VirusAction.Quarantine });
        Verdict verdict = await ScanAsync(harness);
        Assert.Same(ClamAvFilter.VirusHeld, verdict.Reason);
        Assert.Equal(["InsertHeader X-Virus-Status: Infected (Eicar)"], Changes(harness));
        Assert.True(HasFact(harness, KnownFacts.Tagged));
    }

    [Fact]
    public async Task Virus_Tag_IsTakenAndMarked()
    {
        Clamd.Says(Found);
        FilterHarness harness = Create(Options() with { OnVirus = VirusAction.Tag, StatusField = "X-Scan" });
        Verdict verdict = await ScanAsync(harness);
        Assert.Equal((VerdictKind.Continue, "Eicar"), (verdict.Kind, verdict.Detail));
        Assert.Same(ClamAvFilter.VirusTagged, verdict.Reason);
        Assert.Equal(["InsertHeader X-Scan: Infected (Eicar)"], Changes(harness));
        Assert.True(HasFact(harness, KnownFacts.Tagged));
    }

    [Fact]
    public async Task Virus_SpeaksOfEveryRecipient()
    {
        Clamd.Says(Found);
        FilterHarness harness = Create();
        await harness.MailAsync();
        await harness.RcptAsync("one@example.com");
        await harness.RcptAsync("two@example.com");
        RecipientVerdicts verdicts = await harness.MessageAsync(Encoding.ASCII.GetBytes(Message));
        Assert.Equal(2, verdicts.Count);
        Assert.Same(ClamAvFilter.Virus, verdicts[0].Reason);
        Assert.Same(ClamAvFilter.Virus, verdicts[1].Reason);
    }

    [Theory]
    [InlineData(UnscannedAction.Mark, VerdictKind.Continue, true)]
    [InlineData(UnscannedAction.Quarantine, VerdictKind.Quarantine, true)]
    [InlineData(UnscannedAction.Defer, VerdictKind.Defer, false)]
    [InlineData(UnscannedAction.Reject, VerdictKind.Reject, false)]
    public async Task Unscanned_EachAction_OfOurLimitAndOfTheScanners(UnscannedAction action, VerdictKind kind, bool isMarked)
    {
        Clamd.Says("fd[11]: Heuristics.Limits.Exceeded.MaxScanSize FOUND\0");
        foreach (ClamAvFilterOptions options in new[] { Options(), Options() with { SizeBytesMax = 10 } })
        {
            FilterHarness harness = Create(options with { Unscanned = action });
            Verdict verdict = await ScanAsync(harness);
            Assert.Equal((kind, "unscanned"), (verdict.Kind, verdict.Reason!.Token));
            Assert.Equal(isMarked, Changes(harness).Any(static change => change.StartsWith("InsertHeader X-Virus-Status: Unscanned (", StringComparison.Ordinal)));
            Assert.Equal(isMarked, HasFact(harness, KnownFacts.Unscanned));
        }

        Assert.Equal(1, Clamd.Scans);
    }

    [Theory]
    [InlineData(UnscannedAction.Mark, VerdictKind.Continue, true)]
    [InlineData(UnscannedAction.Quarantine, VerdictKind.Quarantine, true)]
    [InlineData(UnscannedAction.Defer, VerdictKind.Defer, false)]
    [InlineData(UnscannedAction.Reject, VerdictKind.Reject, false)]
    public async Task Failure_EachAction_NeverPassesForClean(UnscannedAction action, VerdictKind kind, bool isMarked)
    {
        Clamd.Says(string.Empty);
        FilterHarness harness = Create(Options() with { OnFailure = action, MarkClean = true });
        LogRecorder log = new();
        harness.Context.Log = log.CreateLogger("test");
        Verdict verdict = await ScanAsync(harness);
        Assert.Equal((kind, "scanner-failed"), (verdict.Kind, verdict.Reason!.Token));
        Assert.Equal(isMarked ? ["InsertHeader X-Virus-Status: Failed"] : [], Changes(harness));
        Assert.Equal(isMarked, HasFact(harness, KnownFacts.Unscanned));
        Assert.Equal(action == UnscannedAction.Mark, log.Lines.Any(static line => line.StartsWith("Error: Messages are taken unscanned", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task FailingOpen_IsToldOnceAMinute()
    {
        Clamd.Says(string.Empty);
        FilterHarness harness = Create(Options() with { OnFailure = UnscannedAction.Mark });
        LogRecorder log = new();
        harness.Context.Log = log.CreateLogger("test");
        for (int i = 0; i < 10; i++)
        {
            await ScanAsync(harness, $"Subject: {i}\r\n\r\n");
        }

        harness.Time.Advance(TimeSpan.FromMinutes(1));
        await ScanAsync(harness, "Subject: later\r\n\r\n");
        Assert.Equal(2, log.Lines.Count(static line => line.StartsWith("Error: Messages are taken unscanned", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(99, false)]
    [InlineData(100, true)]
    [InlineData(101, true)]
    public async Task SizeBytesMin_BelowIt_IsTakenUnscannedWhateverThePolicy(int bytes, bool isScanned)
    {
        FilterHarness harness = Create(Options() with { SizeBytesMin = 100, Unscanned = UnscannedAction.Reject });
        Verdict verdict = await ScanAsync(harness, Message.PadRight(bytes, 'x'));
        Assert.Equal(VerdictKind.Continue, verdict.Kind);
        Assert.Equal(isScanned ? 1 : 0, Clamd.Scans);
        Assert.Equal(!isScanned, HasFact(harness, KnownFacts.Unscanned));
    }

    [Theory]
    [InlineData(99, true)]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public async Task SizeBytesMax_AboveIt_IsNotScanned(int bytes, bool isScanned)
    {
        FilterHarness harness = Create(Options() with { SizeBytesMax = 100, Unscanned = UnscannedAction.Reject });
        Verdict verdict = await ScanAsync(harness, Message.PadRight(bytes, 'x'));
        Assert.Equal(isScanned ? null : ClamAvFilter.UnscannedRejected, verdict.Reason);
        Assert.Equal(isScanned ? 1 : 0, Clamd.Scans);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ForgedField_IsRemovedBeforeOursIsWritten(bool removes)
    {
        FilterHarness harness = Create(Options() with { RemoveForged = removes, MarkClean = true });
        await ScanAsync(harness, $"X-VIRUS-Status : Clean\r\n{Message}");
        Assert.Equal([.. removes ? ["RemoveForeign X-Virus-Status"] : Array.Empty<string>(), "InsertHeader X-Virus-Status: Clean"], Changes(harness));
    }

    [Fact]
    public async Task FieldInOurTraceOrInTheBody_IsNoForgery()
    {
        FilterHarness harness = Create();
        await harness.MailAsync();
        await harness.RcptAsync();
        using TestMessageContent content = WithTrace("X-Virus-Status: written by an earlier filter\r\n", $"{Message}X-Virus-Status: Clean\r\n");
        harness.Transaction.Staged = content;
        RecipientVerdicts verdicts = new();
        verdicts.Reset(1);
        await ((ClamAvFilter)harness.Filter).OnMessageAsync(harness.Transaction, verdicts, CancellationToken.None);
        Assert.Empty(harness.Context.ChangeLog);
    }

    [Fact]
    public async Task UnscannedNames_AreThoseOfTheOption()
    {
        Clamd.Says("fd[11]: Heuristics.Encrypted.Zip FOUND\0");
        Assert.Same(ClamAvFilter.Virus, (await ScanAsync(Create(Options() with { UnscannedNames = ["Heuristics.Limits"] }))).Reason);
        Assert.Same(ClamAvFilter.Virus, (await ScanAsync(Create(Options() with { UnscannedNames = [] }))).Reason);
    }
}
