using System.Buffers;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Warlord;
using EdgeSmtp.Protocol.Mime;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Warlord;

/// <summary>What is done about findings, and when.</summary>
public sealed class WarlordActionTests : WarlordTest
{
    private static readonly string Bad = WarlordMail.Base64(WarlordMail.Program, "Content-Type: application/octet-stream; name=evil.exe");

    [Fact]
    public async Task Quarantine_IsAcceptedAndHeld_AndSaysWhy()
    {
        Verdict verdict = await JudgeAsync(Bad, new WarlordFilterOptions { OnFileName = WarlordAction.Quarantine, OnPrefix = WarlordAction.Ignore, OnExecutable = WarlordAction.Ignore });
        Assert.Same(WarlordFilter.Held, verdict.Reason);
        Assert.Equal("bad-file-name: evil.exe is *.exe", verdict.Detail);
    }

    [Fact]
    public async Task Tag_WritesAFieldForAllFindings_AndStopsBounces()
    {
        WarlordFilterOptions options = new() { OnFileName = WarlordAction.Tag, OnPrefix = WarlordAction.Ignore, OnExecutable = WarlordAction.Tag };
        using FilterHarness harness = FilterHarness.Of(static filters => filters.AddWarlord(), options);
        Assert.Null((await harness.BodyAsync(Bytes(Bad)))[0].Reason);
        Assert.True(harness.Context.TryRead(harness.Transaction, KnownFacts.Tagged, out bool tagged) && tagged);
        Assert.Contains("X-Warlord", string.Join('\n', harness.Context.ChangeLog), StringComparison.Ordinal);
    }

    // One finding refuses and another only tags: the more severe one counts, whichever comes first.
    [Theory]
    [InlineData(WarlordAction.Tag, WarlordAction.Reject, "executable")]
    [InlineData(WarlordAction.Reject, WarlordAction.Tag, "bad-file-name")]
    [InlineData(WarlordAction.Quarantine, WarlordAction.Reject, "executable")]
    [InlineData(WarlordAction.Ignore, WarlordAction.Ignore, null)]
    public async Task Findings_OfSeveralActions_TheMostSevereCounts(WarlordAction name, WarlordAction executable, string? token) =>
        Assert.Equal(token, await TokenAsync(Bad, new WarlordFilterOptions { OnFileName = name, OnPrefix = WarlordAction.Ignore, OnExecutable = executable }));

    [Fact]
    public async Task Reject_IsKnownBeforeTheLastByte()
    {
        string mail = WarlordMail.Base64([.. WarlordMail.Program, .. new byte[200_000]]);
        byte[] content = Bytes(mail);
        using FilterHarness harness = FilterHarness.Of(static filters => filters.AddWarlord());
        await harness.MailAsync();
        await harness.RcptAsync();
        await using IBodySink sink = ((IBodyFilter)harness.Filter).OpenBody(harness.Transaction)!;
        int needed = 0;
        while (await sink.WriteAsync(new ReadOnlySequence<byte>(content, needed, 1), CancellationToken.None) == SinkState.More) needed++;
        Assert.InRange(needed, 1, 400);
    }

    [Theory]
    [InlineData("Content-Type: multipart/mixed; boundary=a; boundary=b\n\n--a\n\nx\n--a--\n", "ambiguous-mime", "DuplicateBoundary")]
    [InlineData("Content-Type: text/plain\nContent-Type: text/html\n\nx\n", "ambiguous-mime", "DuplicateContentType")]
    [InlineData("Content-Type: multipart/mixed; boundary=a\n\n--a\n\nno end\n", null, null)]
    public async Task Ambiguous_IsRefusedByName_UnlessReadersAgree(string mail, string? token, string? detail)
    {
        Verdict verdict = await JudgeAsync(mail);
        Assert.Equal((token, detail), (verdict.Reason?.Token, verdict.Detail));
    }

    [Fact]
    public async Task Tolerated_DecidesWhatIsAmbiguous()
    {
        const string NoEnd = "Content-Type: multipart/mixed; boundary=a\n\n--a\n\nno end\n";
        Assert.Equal("ambiguous-mime", await TokenAsync(NoEnd, new WarlordFilterOptions { Tolerated = [] }));
        Assert.Null(await TokenAsync("Content-Type: text/plain\nContent-Type: text/html\n\nx\n", new WarlordFilterOptions { Tolerated = [MimeAmbiguity.DuplicateContentType] }));
        Assert.Null(await TokenAsync("Content-Type: text/plain\nContent-Type: text/html\n\nx\n", new WarlordFilterOptions { OnAmbiguous = WarlordAction.Ignore }));
    }

    [Theory]
    [InlineData(4, null)]
    [InlineData(5, null)]
    [InlineData(6, "mime-too-complex")]
    public async Task Depth_AtUnderAndOverTheLimit(int depth, string? token)
    {
        string mail = string.Concat(Enumerable.Range(0, depth).Select(static i => $"Content-Type: multipart/mixed; boundary=b{i}x\n\n--b{i}x\n")) + "\ntext\n";
        Assert.Equal(token, await TokenAsync(mail, new WarlordFilterOptions { DepthMax = 5 }));
    }

    [Theory]
    [InlineData(8, null)]
    [InlineData(9, null)]
    [InlineData(10, "mime-too-complex")]
    public async Task Parts_AtUnderAndOverTheLimit(int parts, string? token)
    {
        string mail = "Content-Type: multipart/mixed; boundary=b\n\n" + string.Concat(Enumerable.Repeat("--b\n\nx\n", parts)) + "--b--\n";
        Assert.Equal(token, await TokenAsync(mail, new WarlordFilterOptions { PartsMax = 10 }));
    }

    [Theory]
    [InlineData(1_023, null)]
    [InlineData(1_024, null)]
    [InlineData(1_025, "mime-too-complex")]
    public async Task Header_AtUnderAndOverTheLimit(int bytes, string? token) =>
        Assert.Equal(token, await TokenAsync($"Subject: {new string('x', bytes - 9)}\n\ntext\n", new WarlordFilterOptions { HeaderBytesMax = 1024 }));

    [Fact]
    public void Options_TagField_MustBeAName() => Assert.False(OptionsOf.AreValid(new WarlordFilterOptions { TagField = "X Y" }));

    // A mail without findings costs no memory: sink, scanner and buffers are those of the mail before.
    [Fact]
    public void PassPath_OfAWholeMail_AllocatesNothing()
    {
        using FilterHarness harness = FilterHarness.Of(static filters => filters.AddWarlord(), new WarlordFilterOptions { BadLoaderType = "On" });
        harness.Transaction.AddRecipient("rcpt@example.com");
        byte[] mail = Bytes(WarlordMail.Base64([.. "zip PK\u0003\u0004"u8, .. new byte[50], .. WarlordMail.Harmless], "Content-Type: application/zip; name=\"=?utf-8?Q?harmless?=.zip\""));
        ReadOnlySequence<byte> content = new(mail);
        RecipientVerdicts verdicts = new();
        AllocationGate.AssertNone(async () =>
        {
            verdicts.Reset(1);
            await using IBodySink sink = ((IBodyFilter)harness.Filter).OpenBody(harness.Transaction)!;
            await sink.WriteAsync(content, CancellationToken.None);
            await sink.CompleteAsync(verdicts, CancellationToken.None);
            return verdicts[0];
        });
    }
}
