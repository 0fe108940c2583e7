using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.ClamAv;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Filters.ClamAv;

/// <summary>What each answer of a clamd comes to. Only a whole "OK" is clean.</summary>
public sealed class ClamAvReplyTests : ClamAvTest
{
    [Theory]
    [InlineData("fd[11]: OK\0")]
    [InlineData("stream: OK\0")]
    [InlineData("/dev/shm/edgesmtp-1/0000: OK\0 and what follows")]
    public async Task Ok_HasNoOpinion(string answer)
    {
        Clamd.Says(answer);
        FilterHarness harness = Create();
        Assert.Null((await ScanAsync(harness)).Reason);
        Assert.Empty(harness.Context.ChangeLog);
    }

    [Theory]
    [InlineData("fd[11]: Eicar-Test-Signature FOUND\0", "Eicar-Test-Signature")]
    [InlineData("stream: Win.Trojan: x FOUND\0", "x")]
    [InlineData("fd[11]: OK FOUND\0", "OK")]
    [InlineData("fd[11]: a\r\nb\x01\xFF FOUND\0", "a??b??")]
    [InlineData("fd[11]: Heuristics.Phishing.Email FOUND\0", "Heuristics.Phishing.Email")]
    public async Task Found_IsRefusedWithTheNameInTheLog(string answer, string name)
    {
        Clamd.Says(answer);
        Verdict verdict = await ScanAsync(Create());
        Assert.Same(ClamAvFilter.Virus, verdict.Reason);
        Assert.Equal((554, "5.7.1", name), (verdict.Reason!.Code, verdict.Reason.EnhancedCode, verdict.Detail));
    }

    [Theory]
    [InlineData("fd[11]: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0", "Heuristics.Limits.Exceeded.MaxFileSize")]
    [InlineData("fd[11]: Heuristics.Encrypted.Zip FOUND\0", "Heuristics.Encrypted.Zip")]
    [InlineData("INSTREAM size limit exceeded. ERROR\0", "INSTREAM size limit exceeded")]
    public async Task LimitsAndEncryption_AreUnscanned(string answer, string why)
    {
        Clamd.Says(answer);
        FilterHarness harness = Create();
        Verdict verdict = await ScanAsync(harness);
        Assert.Same(ClamAvFilter.Unscanned, verdict.Reason);
        Assert.Equal(why, verdict.Detail);
        Assert.Equal([$"InsertHeader X-Virus-Status: Unscanned ({why})"], Changes(harness));
        Assert.True(HasFact(harness, KnownFacts.Unscanned));
    }

    [Theory]
    [InlineData("fd[11]: Can't allocate memory ERROR\0")]
    [InlineData("/x: File path check failure: No such file or directory. ERROR\0")]
    [InlineData("UNKNOWN COMMAND\0")]
    [InlineData("fd[11]: OK")]
    [InlineData("fd[11]: \0")]
    [InlineData("OK\0")]
    [InlineData("fd[11]: NOT OK. BUT OK\0")]
    [InlineData(": FOUND\0")]
    [InlineData("fd[11]:  FOUND\0")]
    [InlineData(" FOUND\0")]
    [InlineData("\0")]
    [InlineData("")]
    [InlineData("220 mail.example.com ESMTP\r\n")]
    public async Task AnythingElse_IsAFailureAndNeverClean(string answer)
    {
        Clamd.Says(answer);
        Verdict verdict = await ScanAsync(Create());
        Assert.Same(ClamAvFilter.FailedDeferred, verdict.Reason);
        Assert.Equal((451, "4.3.0"), (verdict.Reason!.Code, verdict.Reason.EnhancedCode));
        Assert.Contains(Clamd.Address, verdict.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnswerWithoutEnd_IsAFailure()
    {
        Clamd.Says(new string('x', 100_000));
        Assert.Same(ClamAvFilter.FailedDeferred, (await ScanAsync(Create())).Reason);
    }

    [Fact]
    public async Task NameWithoutEnd_IsCut()
    {
        Clamd.Says($"fd[11]: {new string('x', 3000)} FOUND\0");
        Assert.Equal(new string('x', 256), (await ScanAsync(Create())).Detail);
    }
}
