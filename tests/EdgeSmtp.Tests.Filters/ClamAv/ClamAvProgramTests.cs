using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.ClamAv;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Filters.ClamAv;

/// <summary>Programs by the QHPSI interface of Spamcontrol, and by that of indimail.</summary>
public sealed class ClamAvProgramTests : ClamAvTest, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgesmtp-qhpsi-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, "virus")]
    [InlineData(2, "scanner-failed")]
    [InlineData(32, "scanner-failed")]
    [InlineData(126, "scanner-failed")]
    [InlineData(127, "scanner-failed")]
    [InlineData(255, "scanner-failed")]
    public async Task ExitCode_WithoutRc_OneIsAVirus(int code, string? token) => Assert.Equal(token, (await RunAsync(Exits(code))).Reason?.Token);

    // D9: the original read QHPSIRC where nobody looked at it.
    [Theory]
    [InlineData(13, "virus")]
    [InlineData(0, null)]
    [InlineData(1, "scanner-failed")]
    public async Task ExitCode_WithRc_ThatIsAVirus(int code, string? token) =>
        Assert.Equal(token, (await RunAsync(Exits(code) with { InfectedExitCode = 13 })).Reason?.Token);

    [Theory]
    [InlineData(7, null)]
    [InlineData(0, "scanner-failed")]
    [InlineData(1, "virus")]
    public async Task ExitCode_WithRn_ThatIsClean(int code, string? token) =>
        Assert.Equal(token, (await RunAsync(Exits(code) with { CleanExitCode = 7 })).Reason?.Token);

    [Fact]
    public async Task Crash_IsAFailure() => Assert.Equal("scanner-failed", (await RunAsync(Script("kill -SEGV $$"))).Reason?.Token);

    [Fact]
    public async Task ProgramThatIsNotThere_IsAFailure() =>
        Assert.Equal("scanner-failed", (await RunAsync(new() { Program = "/nowhere/scanner" })).Reason?.Token);

    [Fact]
    public async Task Virus_WhatTheProgramSays_IsInTheLog()
    {
        Verdict verdict = await RunAsync(Script("printf 'Eicar\\033[1m FOUND\\n' >&2; exit 1"));
        Assert.Same(ClamAvFilter.Virus, verdict.Reason);
        Assert.Equal("Eicar [1m FOUND", verdict.Detail);
    }

    [Fact]
    public async Task File_HoldsTheMessage()
    {
        await RunAsync(Script($"cat \"$1\" >{_folder}/seen; exit 0"));
        Assert.Equal(Message, await File.ReadAllTextAsync($"{_folder}/seen"));
    }

    // D10: the original lost QHPSIARG3 when QHPSIARG2 was not set.
    [Theory]
    [InlineData("", "a b", "", "c", "FILE|a b|c|")]
    [InlineData("", "", "", "", "FILE|")]
    [InlineData("", "1", "2", "3", "FILE|1|2|3|")]
    [InlineData(" --quiet %s --no-summary", "", "", "", "--quiet|FILE|--no-summary|")]
    [InlineData(" --quiet", "", "", "", "--quiet|FILE|")]
    [InlineData(" %s", "1", "", "", "FILE|1|")]
    [InlineData(" $(id) ;", "", "", "", "$(id)|;|FILE|")]
    public async Task Arguments_AreTheFileAndWhatIsSet(string words, string first, string second, string third, string expected)
    {
        ClamAvFilterOptions options = Script($"printf '%s|' \"$@\" >{_folder}/seen; exit 0");
        Verdict verdict = await RunAsync(options with { Program = options.Program + words, ProgramArgument1 = first, ProgramArgument2 = second, ProgramArgument3 = third });
        Assert.Null(verdict.Reason);
        string seen = await File.ReadAllTextAsync($"{_folder}/seen");
        Assert.Equal(expected, string.Join('|', seen.Split('|').Select(static word => word.EndsWith(".eml", StringComparison.Ordinal) ? "FILE" : word)));
    }

    [Fact]
    public async Task ProgramThatHangs_IsKilledAtItsDeadline()
    {
        FilterHarness harness = Create(Script($"echo $$ >{_folder}/pid; exec sleep 600"));
        Task<Verdict> pending = ScanAsync(harness);
        while (!File.Exists($"{_folder}/pid") || new FileInfo($"{_folder}/pid").Length == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }

        string process = (await File.ReadAllTextAsync($"{_folder}/pid")).Trim();
        harness.Time.Advance(new ClamAvFilterOptions().ScanTimeout);
        Assert.Same(ClamAvFilter.FailedDeferred, (await pending).Reason);
        while (Directory.Exists($"/proc/{process}"))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    [Fact]
    public async Task Size_OutOfBounds_RunsNothing()
    {
        ClamAvFilterOptions options = Script($"touch {_folder}/ran; exit 1") with { SizeBytesMin = 1000, SizeBytesMax = 2000 };
        Assert.Same(ClamAvFilter.Unscanned, (await RunAsync(options)).Reason);
        Assert.Same(ClamAvFilter.Unscanned, (await RunAsync(options, Message.PadRight(2001, 'x'))).Reason);
        Assert.False(File.Exists($"{_folder}/ran"));
        Assert.Same(ClamAvFilter.Virus, (await RunAsync(options, Message.PadRight(1000, 'x'))).Reason);
    }

    private ClamAvFilterOptions Exits(int code) => Script($"exit {code}");

    private ClamAvFilterOptions Script(string body)
    {
        string path = Path.Combine(_folder, "scanner");
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new ClamAvFilterOptions { Program = path };
    }

    private Task<Verdict> RunAsync(ClamAvFilterOptions options, string message = Message) => ScanAsync(Create(options), message);
}
