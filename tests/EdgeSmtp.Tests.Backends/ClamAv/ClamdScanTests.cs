using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.ClamAv;
using EdgeSmtp.Filters.ClamAv.Clamd;
using EdgeSmtp.Tests.Backends.Fixtures;
using EdgeSmtp.Toolkit.Scanning;
using Xunit;

namespace EdgeSmtp.Tests.Backends.ClamAv;

/// <summary>The filter before a real clamd, by every method.</summary>
public sealed class ClamdScanTests
{
    private const string TestFiles = "/usr/share/clamav-testfiles";

    // Small enough to be passed by test mail: what is above each is told as a limit.
    private const string Limits = """
        MaxFileSize 500K
        MaxScanSize 1M
        MaxRecursion 5
        MaxFiles 20
        StreamMaxLength 300K
        """;

    public static TheoryData<ClamdMethod> Methods => [ClamdMethod.Descriptor, ClamdMethod.Path, ClamdMethod.Stream];

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Virus_InEveryWrapping_IsFound(ClamdMethod method)
    {
        await using Clamd clamd = await Clamd.StartAsync();
        using ScanHarness harness = new(Options(clamd, method));
        foreach ((string name, byte[] message) in TestMail.Infected)
        {
            Verdict verdict = await harness.ScanAsync(message);
            Assert.True(verdict.Reason == ClamAvFilter.Virus, $"{name}: {verdict}");
            Assert.Equal("Eicar-Test-Signature.UNOFFICIAL", verdict.Detail);
        }

        Assert.Null((await harness.ScanAsync(TestMail.Clean())).Reason);
    }

    [Fact]
    public async Task TestFilesOfDebian_AreFound()
    {
        Assert.SkipUnless(Directory.Exists(TestFiles), "clamav-testfiles is not installed (tests/run.sh installs it).");
        await using Clamd clamd = await Clamd.StartAsync();
        using ScanHarness harness = new(Options(clamd, ClamdMethod.Auto));
        foreach (string name in new[] { "clam.exe", "clam.zip", "clam.7z", "clam.arj", "clam.cab", "clam.exe.bz2", "clam.tar.gz", "clam.tnef", "clam.ole.doc", "clam.exe.szdd" })
        {
            Verdict verdict = await harness.ScanAsync(TestMail.Attached(await File.ReadAllBytesAsync(Path.Combine(TestFiles, name)), name));
            Assert.True(verdict.Detail == "ClamAV-Test-File.UNOFFICIAL", $"{name}: {verdict}");
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task LargeMail_IsScannedToItsEnd(ClamdMethod method)
    {
        await using Clamd clamd = await Clamd.StartAsync("StreamMaxLength 100M\nMaxFileSize 100M\nMaxScanSize 400M");
        using ScanHarness harness = new(Options(clamd, method));
        byte[] message = TestMail.Clean(50 << 20);
        if (method == ClamdMethod.Descriptor)
            Assert.Null((await harness.ScanAsync(message)).Reason);
        Verdict verdict = await harness.ScanAsync([.. message, .. System.Text.Encoding.ASCII.GetBytes(Clamd.Eicar)]);
        Assert.Same(ClamAvFilter.Virus, verdict.Reason);
    }

    // The virus lies behind the limit: who does not notice the limit takes it.
    [Theory]
    [InlineData("ours", ClamdMethod.Descriptor, "too large")]
    [InlineData("file", ClamdMethod.Descriptor, "Heuristics.Limits.Exceeded.MaxFileSize")]
    [InlineData("file", ClamdMethod.Path, "Heuristics.Limits.Exceeded.MaxFileSize")]
    [InlineData("stream", ClamdMethod.Stream, "INSTREAM size limit exceeded")]
    [InlineData("huge stream", ClamdMethod.Stream, "INSTREAM size limit exceeded")]
    [InlineData("unpacked file", ClamdMethod.Descriptor, "Heuristics.Limits.Exceeded.MaxFileSize")]
    [InlineData("unpacked sum", ClamdMethod.Descriptor, "Heuristics.Limits.Exceeded.MaxScanSize")]
    [InlineData("nesting", ClamdMethod.Descriptor, "Heuristics.Limits.Exceeded.MaxRecursion")]
    [InlineData("number", ClamdMethod.Descriptor, "Heuristics.Limits.Exceeded.MaxFiles")]
    public async Task VirusBehindALimit_EndsAsUnscannedSays(string limit, ClamdMethod method, string why)
    {
        await using Clamd clamd = await Clamd.StartAsync(Limits);
        byte[] message = Beyond(limit);
        foreach ((UnscannedAction action, VerdictKind kind) in new[]
        {
            (UnscannedAction.Mark, VerdictKind.Continue), (UnscannedAction.Quarantine, VerdictKind.Quarantine),
            (UnscannedAction.Defer, VerdictKind.Defer), (UnscannedAction.Reject, VerdictKind.Reject),
        })
        {
            using ScanHarness harness = new(Options(clamd, method) with { Unscanned = action, SizeBytesMax = limit == "ours" ? 100_000 : 100 << 20 });
            Verdict verdict = await harness.ScanAsync(message);
            Assert.Equal((kind, "unscanned", why), (verdict.Kind, verdict.Reason?.Token, verdict.Detail));
            bool isTaken = kind is VerdictKind.Continue or VerdictKind.Quarantine;
            Assert.Equal(isTaken, harness.Context.ChangeLog.Any(change => change.Name == "X-Virus-Status" && change.Value == $"Unscanned ({why})"));
        }
    }

    [Fact]
    public async Task EncryptedArchive_EndsAsUnscannedSays()
    {
        Programs.Need("zip");
        using TempFolder folder = new();
        string file = folder.Write("virus.com", Clamd.Eicar);
        Command.Result zipped = await Command.RunAsync("zip", "-q", "-j", "-P", "secret", folder.PathOf("virus.zip"), file);
        Assert.True(zipped.ExitCode == 0, zipped.ToString());
        await using Clamd clamd = await Clamd.StartAsync();
        using ScanHarness harness = new(Options(clamd, ClamdMethod.Auto) with { Unscanned = UnscannedAction.Reject });
        Verdict verdict = await harness.ScanAsync(TestMail.Attached(await File.ReadAllBytesAsync(folder.PathOf("virus.zip")), "virus.zip"));
        Assert.Equal((ClamAvFilter.UnscannedRejected, "Heuristics.Encrypted.Zip"), (verdict.Reason, verdict.Detail));
    }

    [Fact]
    public async Task ClamdscanAsQhpsi_SaysTheSame()
    {
        Programs.Need("clamdscan");
        await using Clamd clamd = await Clamd.StartAsync();
        using ScanHarness harness = new(new ClamAvFilterOptions { Program = "clamdscan --quiet --no-summary", ProgramArgument1 = $"--config-file={clamd.ConfigFile}" });
        Assert.Same(ClamAvFilter.Virus, (await harness.ScanAsync(TestMail.Infected["zipped"])).Reason);
        Assert.Null((await harness.ScanAsync(TestMail.Clean())).Reason);
        await clamd.KillAsync();
        Assert.Same(ClamAvFilter.FailedDeferred, (await harness.ScanAsync(TestMail.Infected["zipped"])).Reason);
    }

    [Fact]
    public async Task CopiesAtOnce_CostOneScan()
    {
        await using Clamd clamd = await Clamd.StartAsync();
        using ScanHarness harness = new(Options(clamd, ClamdMethod.Auto));
        byte[] message = TestMail.Infected["message/rfc822"];
        Verdict[] verdicts = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => harness.ScanAsync(message))));
        Assert.All(verdicts, static verdict => Assert.Same(ClamAvFilter.Virus, verdict.Reason));
        await Until.CountAsync(1, () => clamd.Scans);
        await harness.ScanAsync(message);
        await Until.CountAsync(1, () => clamd.Scans);
    }

    [Fact]
    public async Task ManyAtOnce_AreToldApart()
    {
        await using Clamd clamd = await Clamd.StartAsync();
        using ScanHarness harness = new(Options(clamd, ClamdMethod.Auto) with { ConcurrencyMax = 4 });
        bool[] infected = [.. Enumerable.Range(0, 400).Select(static i => i % 7 == 3)];
        Verdict[] verdicts = await Task.WhenAll(infected.Select((isInfected, i) => Task.Run(() => harness.ScanAsync(
            isInfected ? TestMail.Text($"{i}\r\n{Clamd.Eicar}\r\n") : TestMail.Clean()))));
        Assert.Equal(infected, verdicts.Select(static verdict => verdict.Reason == ClamAvFilter.Virus));
        Assert.All(verdicts, static verdict => Assert.True(verdict.Reason is null || verdict.Reason == ClamAvFilter.Virus, verdict.ToString()));
    }

    private static ClamAvFilterOptions Options(Clamd clamd, ClamdMethod method) =>
        new() { Servers = [method == ClamdMethod.Stream ? clamd.Address : clamd.Socket], Method = method, ScanTimeout = TimeSpan.FromMinutes(2) };

    private static byte[] Beyond(string limit)
    {
        byte[] eicar = System.Text.Encoding.ASCII.GetBytes(Clamd.Eicar);
        return limit switch
        {
            "ours" or "stream" => TestMail.Text(new string('x', 310_000) + Clamd.Eicar),
            "file" => TestMail.Text(new string('x', 600_000) + Clamd.Eicar),
            "huge stream" => TestMail.Text(new string('x', 30_000_000) + Clamd.Eicar),
            "unpacked file" => TestMail.Attached(TestMail.GZip([.. new byte[600_000], .. eicar]), "big.gz"),
            "unpacked sum" => TestMail.Attached(TestMail.Zip([.. Enumerable.Range(0, 4).Select(static i => (byte[])[.. new byte[400_000], (byte)i]), eicar]), "many.zip"),
            "nesting" => TestMail.Attached(Enumerable.Range(0, 10).Aggregate(eicar, static (file, _) => TestMail.Zip(file)), "deep.zip"),
            "number" => TestMail.Attached(TestMail.Zip([.. Enumerable.Range(0, 40).Select(static i => (byte[])[(byte)'x', (byte)i]), eicar]), "many.zip"),
            _ => throw new ArgumentOutOfRangeException(nameof(limit), limit, "There is no such limit."),
        };
    }
}
