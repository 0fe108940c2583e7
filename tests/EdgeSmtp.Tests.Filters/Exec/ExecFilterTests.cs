using System.Globalization;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Exec;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Tests.Unit.Toolkit.Processes;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Exec;

/// <summary>The interface of QMAILQUEUE, with programs as sites have them.</summary>
public sealed class ExecFilterTests : ExecTest
{
    private const string HandOn = "exec bin/qmail-queue";

    [Fact]
    public async Task Program_ThatHandsOn_ChangesNothing()
    {
        FilterHarness harness = MakeShell(HandOn);
        Assert.Equal(VerdictKind.Continue, (await SendAsync(harness)).Kind);
        Assert.Equal([$"ReplaceContent {Message}"], ChangesOf(harness));
    }

    [Fact]
    public async Task Program_ThatAddsAHeader_IsHeard()
    {
        FilterHarness harness = MakeShell("{ echo 'X-Wrapper: yes'; cat; } | bin/qmail-queue");
        await SendAsync(harness);
        Assert.Equal([$"ReplaceContent X-Wrapper: yes\r\n{Message}"], ChangesOf(harness));
    }

    [Fact]
    public async Task Program_InPython_ChangesMessageAndEnvelope()
    {
        FilterHarness harness = Make(Program(
            """
            import os, subprocess
            message = os.fdopen(0, "rb").read()
            envelope = os.fdopen(1, "rb").read()
            assert envelope == b"Fsender@example.org\0Tfirst@example.com\0Tsecond@example.com\0\0", envelope
            assert b"\r" not in message
            r, w = os.pipe()
            os.write(w, b"Fbounces@example.org\0Tsecond@example.com\0Tarchive@example.com\0\0")
            os.close(w)
            queue = subprocess.Popen(["bin/qmail-queue"], stdin=subprocess.PIPE, stdout=r)
            queue.communicate(message.replace(b"short", b"long"))
            raise SystemExit(queue.returncode)
            """,
            "/usr/bin/python3"));
        await harness.MailAsync();
        await harness.RcptAsync("first@example.com");
        await harness.RcptAsync("second@example.com");
        Assert.Equal(VerdictKind.Continue, (await SendAsync(harness)).Kind);
        Assert.Equal(
            [
                $"ReplaceContent {Message.Replace("short", "long", StringComparison.Ordinal)}", "ReplaceReversePath bounces@example.org", "RemoveRecipient first@example.com",
                "AddRecipient archive@example.com",
            ],
            ChangesOf(harness));
    }

    // qmail-queue.scan: keep the message, look at it, feed it to the queue.
    [Fact]
    public async Task Program_LikeQmailQueueScan_Works()
    {
        FilterHarness harness = MakeShell("cat >msg || exit 53\ngrep -q VIRUS msg && exit 32\n\"$QMAILQUEUE\" <msg");
        Assert.Equal(VerdictKind.Continue, (await SendAsync(harness)).Kind);
        Assert.Same(ExecFilter.Virus, (await SendAsync(harness, "Subject: VIRUS\r\n\r\n")).Reason);
    }

    [Fact]
    public async Task Program_CalledFromAnywhereWithoutEnvironment_FindsItsRun()
    {
        FilterHarness harness = MakeShell("queue=$QMAILQUEUE; cd /; exec env -i \"$queue\"");
        Assert.Equal(VerdictKind.Continue, (await SendAsync(harness)).Kind);
        Assert.Single(ChangesOf(harness));
    }

    [Theory]
    [InlineData("exit 0")]
    [InlineData("cat >/dev/null; exit 0")]
    [InlineData("bin/qmail-queue 1</dev/null; exit 0")]
    [InlineData("printf 'Fx@example.org\\0\\0' >e; bin/qmail-queue 1<e; exit 0")]
    [InlineData("printf 'Fx@example.org\\0Tno address\\0\\0' >e; bin/qmail-queue 1<e; exit 0")]
    [InlineData("printf 'Fx@example.org\\0Ta@example.com\\0' >e; bin/qmail-queue 1<e; exit 0")]
    [InlineData("printf 'Fx@example.org\\0Ta@example.com\\0\\0more' >e; bin/qmail-queue 1<e; exit 0")]
    [InlineData("printf 'Subject: x\\n\\nbare\\rCR\\n' | bin/qmail-queue; exit 0")]
    public async Task Program_ThatEndsWithZeroAndHandsNothingOn_Defers(string text)
    {
        FilterHarness harness = MakeShell(text);
        Assert.Same(ExecFilter.NotQueued, (await SendAsync(harness)).Reason);
        Assert.Empty(ChangesOf(harness));
    }

    [Fact]
    public async Task Program_ThatHandsOnAndThenFails_IsNotQueued()
    {
        FilterHarness harness = MakeShell("bin/qmail-queue; exit 71");
        Assert.Same(ExecFilter.Deferred, (await SendAsync(harness)).Reason);
        Assert.Empty(ChangesOf(harness));
    }

    [Fact]
    public async Task SecondMessageOfARun_IsRefusedToTheProgram()
    {
        FilterHarness harness = MakeShell("cat >m; bin/qmail-queue <m; bin/qmail-queue <m; exit $?");
        Verdict verdict = await SendAsync(harness);
        Assert.Equal("exit code 81", verdict.Detail);
    }

    [Theory]
    [InlineData(11, 554, "5.1.3")]
    [InlineData(12, 554, "5.3.0")]
    [InlineData(31, 554, "5.3.0")]
    [InlineData(32, 554, "5.3.2")]
    [InlineData(33, 554, "5.7.1")]
    [InlineData(34, 554, "5.7.1")]
    [InlineData(40, 554, "5.3.0")]
    [InlineData(41, 451, "4.3.0")]
    [InlineData(51, 451, "4.3.0")]
    [InlineData(53, 451, "4.3.0")]
    [InlineData(61, 451, "4.3.0")]
    [InlineData(66, 451, "4.3.0")]
    [InlineData(71, 451, "4.3.0")]
    [InlineData(72, 451, "4.4.1")]
    [InlineData(73, 451, "4.4.1")]
    [InlineData(74, 451, "4.4.2")]
    [InlineData(81, 451, "4.3.0")]
    [InlineData(91, 451, "4.3.0")]
    [InlineData(1, 451, "4.3.0")]
    [InlineData(10, 451, "4.3.0")]
    [InlineData(100, 451, "4.3.0")]
    [InlineData(115, 554, "5.1.3")]
    [InlineData(120, 451, "4.3.0")]
    [InlineData(255, 451, "4.3.0")]
    public async Task ExitCode_IsTheVerdict(int exitCode, int code, string enhanced)
    {
        FilterReason reason = (await SendAsync(MakeShell($"exit {exitCode}"))).Reason!;
        Assert.Equal((code, enhanced), (reason.Code, reason.EnhancedCode));
    }

    [Theory]
    [InlineData(32, "exec-spam")]
    [InlineData(33, "exec-virus")]
    [InlineData(34, "exec-rejected")]
    public async Task ExitCode_OfIndimail_IsRead(int exitCode, string token) =>
        Assert.Equal(token, (await SendAsync(MakeShell($"exit {exitCode}", static options => options with { Dialect = ExecDialect.Indimail }))).Reason!.Token);

    [Theory]
    [InlineData("Dyou are not welcome (#5.7.1)", 554, "you are not welcome (#5.7.1)")]
    [InlineData("Zcome again later", 451, "come again later")]
    [InlineData("no class", 451, "mail server temporarily rejected message")]
    [InlineData("", 451, "mail server temporarily rejected message")]
    public async Task ExitCode88_IsAnsweredInTheProgramsWords(string words, int code, string text)
    {
        FilterReason reason = (await SendAsync(MakeShell($"printf '%s' '{words}' >&2; exit 88"))).Reason!;
        Assert.Equal((code, text), (reason.Code, reason.Text));
    }

    [Fact]
    public async Task Program_ThatIsKilled_Defers() => Assert.Same(ExecFilter.Crashed, (await SendAsync(MakeShell("kill -9 $$"))).Reason);

    [Fact]
    public async Task Program_ThatIsNotThere_Defers() => Assert.Equal(VerdictKind.Defer, (await SendAsync(Make("/nowhere/at/all"))).Kind);

    [Fact]
    public async Task Program_ThatHangs_IsKilledWithItsChildren()
    {
        string alive = Path.Combine(Folder, "pids");
        FilterHarness harness = MakeShell($"sleep 600 & echo $! $$ >{alive}; wait");
        using CancellationTokenSource deadline = new();
        Task<Verdict> pending = SendAsync(harness, cancellationToken: deadline.Token);
        while (!File.Exists(alive) || new FileInfo(alive).Length == 0)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        await deadline.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
        foreach (string pid in (await File.ReadAllTextAsync(alive, TestContext.Current.CancellationToken)).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            await ProcessWatch.EndsAsync(int.Parse(pid, CultureInfo.InvariantCulture));
        }

        // Who gave up did not wait for the folder.
        Assert.True(SpinWait.SpinUntil(() => Directory.GetDirectories(RunFolder).Length == 0, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Environment_IsThatOfQmailSmtpd_AndNothingElse()
    {
        FilterHarness harness = MakeShell($"env >{Path.Combine(Folder, "env")}; {HandOn}", static options => options with { Environment = new Dictionary<string, string> { ["SPAMLEVEL"] = "5" } });
        harness.Session.ReverseDns = "mail.example.org";
        harness.Session.User = "joe; rm -rf /";
        harness.Session.HelloText = "$(reboot)";
        harness.Session.Relay = true;
        await SendAsync(harness);
        string[] variables = await File.ReadAllLinesAsync(Path.Combine(Folder, "env"), TestContext.Current.CancellationToken);
        Assert.Equal(
            ["PROTO=TCP", "RELAYCLIENT=", "SPAMLEVEL=5", "TCPLOCALIP=192.0.2.25", "TCPLOCALPORT=25", "TCPREMOTEHOST=mail.example.org", "TCPREMOTEIP=192.0.2.1", "TCPREMOTEPORT=40000"],
            variables.Where(static line => !line.StartsWith("PATH=", StringComparison.Ordinal) && !line.StartsWith("PWD=", StringComparison.Ordinal)
                && !line.StartsWith("OLDPWD=", StringComparison.Ordinal) && !line.StartsWith("QMAILQUEUE=/", StringComparison.Ordinal) && !line.StartsWith("SHLVL=", StringComparison.Ordinal)
                && !line.StartsWith("_=", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(4000, true)]
    [InlineData(4096, true)]
    [InlineData(4097, false)]
    [InlineData(200_000, false)]
    public async Task Message_UpToTheLimit_IsTakenBack(int bytes, bool isTaken)
    {
        FilterHarness harness = MakeShell($"head -c {bytes} /dev/zero | tr '\\0' x | bin/qmail-queue; exit $?", static options => options with { MessageBytesMax = 4096 });
        Verdict verdict = await SendAsync(harness);
        Assert.Equal(isTaken ? VerdictKind.Continue : VerdictKind.Defer, verdict.Kind);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public async Task Recipients_UpToTheLimit_AreTakenBack(int count, bool isTaken)
    {
        string envelope = "Fx@example.org\\0" + string.Concat(Enumerable.Range(0, count).Select(static i => $"Tr{i}@example.com\\0")) + "\\0";
        Verdict verdict = await SendAsync(MakeShell($"printf '{envelope}' >e; bin/qmail-queue 1<e; exit $?", static options => options with { RecipientsMax = 3 }));
        Assert.Equal(isTaken ? VerdictKind.Continue : VerdictKind.Defer, verdict.Kind);
    }

    [Fact]
    public async Task BinaryContent_HasNoFormForQmail() => await Assert.ThrowsAsync<IOException>(() => SendAsync(MakeShell(HandOn), "Subject: x\r\n\r\nbare\rCR\r\n"));

    [Fact]
    public async Task StandardError_IsLoggedWithoutControls()
    {
        using LogRecorder log = new();
        ExecFilterOptions options = new() { Program = Program($"printf 'red \\033[31m text\\nand more' >&2; {HandOn}"), RunFolder = RunFolder };
        using FilterHarness harness = new(
            context =>
            {
                ((HarnessContext)context).Log = log.CreateLogger("exec");
                return new ExecFilter(options, context);
            },
            traits: new FilterTraits { Effect = FilterEffect.Rewrites, ReplacesBody = true });
        await SendAsync(harness);
        Assert.Contains(log.Lines, static line => line.EndsWith("ending with 0: red  [31m text and more", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Runs_LeaveNothingBehind()
    {
        FilterHarness harness = MakeShell("cat >/dev/null; mkdir -p deep/er; touch deep/er/file; exit 31");
        int descriptors = Directory.GetFiles("/proc/self/fd").Length;
        for (int i = 0; i < 20; i++)
        {
            await SendAsync(harness);
        }

        Assert.Empty(Directory.GetDirectories(RunFolder));

        // Other tests of this process start programs as well, and end them.
        Assert.True(SpinWait.SpinUntil(() => Directory.GetFiles("/proc/self/fd").Length <= descriptors + 20, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void FoldersOfServersThatAreGone_AreSweptAtStart_OthersAreNot()
    {
        string gone = Path.Combine(RunFolder, "edgesmtp-exec-999999999-x"), running = Path.Combine(RunFolder, $"edgesmtp-exec-{Environment.ProcessId}-x"), foreign = Path.Combine(RunFolder, "foreign");
        foreach (string folder in (string[])[gone, running, foreign])
        {
            Directory.CreateDirectory(Path.Combine(folder, "bin"));
        }

        MakeShell(HandOn);
        Assert.Equal([running, foreign], Directory.GetDirectories(RunFolder).Order(StringComparer.Ordinal));
    }

    // In a container the server has the same number before and after a crash.
    [Fact]
    public async Task FoldersOfAServerOfTheSameNumber_AreSwept_OurOwnAreNot()
    {
        string before = Path.Combine(RunFolder, $"edgesmtp-exec-{Environment.ProcessId}.1-x"), seen = Path.Combine(Folder, "seen");
        Directory.CreateDirectory(Path.Combine(before, "bin"));
        FilterHarness harness = MakeShell($"basename \"$PWD\" >{seen}; exit 31");
        Assert.Empty(Directory.GetDirectories(RunFolder));

        await SendAsync(harness);
        string own = Path.Combine(RunFolder, (await File.ReadAllTextAsync(seen, TestContext.Current.CancellationToken)).Trim());
        Directory.CreateDirectory(own);
        MakeShell(HandOn);
        Assert.Equal([own], Directory.GetDirectories(RunFolder));
    }
}
