using System.Globalization;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Script;
using EdgeSmtp.Filters.Script.Children;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Tests.Unit.Toolkit.Processes;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Script;

/// <summary>How children live: with what, for how long, and what follows them.</summary>
public sealed class ScriptChildrenTests : ScriptTest
{
    [Fact]
    public async Task Environment_IsPathAndWhatIsConfigured_AndTheFolderIsTheRoot()
    {
        Environment.SetEnvironmentVariable("EDGESMTP_TEST_SECRET", "x");
        FilterHarness harness = MakePython(
            "['rcpt']", "{'verdict': 'reject', 'detail': os.getcwd() + ' ' + ' '.join(sorted(k + '=' + v for k, v in os.environ.items() if k not in ('PATH', 'LC_CTYPE')))}",
            static options => options with { Environment = new Dictionary<string, string> { ["MINE"] = "yes" } });
        Assert.Equal("/ EDGESMTP_FILTER=test EDGESMTP_HOSTNAME=mx.example.test MINE=yes", (await harness.RcptAsync()).Detail);
    }

    [Fact]
    public async Task Descriptors_OfOurs_AreNotThere_AndNoRightsCanBeGained()
    {
        string secret = Path.Combine(Folder, "secret");
        await using FileStream open = File.Create(secret);
        FilterHarness harness = MakePython(
            "['rcpt']",
            "{'verdict': 'reject', 'detail': ' '.join([l.strip() for l in open('/proc/self/status') if l.startswith(('NoNewPrivs', 'CapAmb', 'CapInh'))]"
            + " + [os.readlink('/proc/self/fd/' + f) for f in os.listdir('/proc/self/fd') if os.path.exists('/proc/self/fd/' + f)])}");
        string seen = (await harness.RcptAsync()).Detail!;
        Assert.Contains("NoNewPrivs:\t1", seen, StringComparison.Ordinal);
        Assert.Contains("CapAmb:\t0000000000000000", seen, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arguments_AreNotReadByAShell()
    {
        FilterHarness harness = MakePython("['rcpt']", "{'verdict': 'reject', 'detail': '|'.join(sys.argv[1:])}", static options => options with { Arguments = ["a b", "$(touch nope)", "--", "*"] });
        Assert.Equal("a b|$(touch nope)|--|*", (await harness.RcptAsync()).Detail);
    }

    [Fact]
    public async Task StandardError_IsLogged_PrintableAndSoManyLinesAMinute()
    {
        FilterHarness harness = MakePython(
            "['rcpt']", "[sys.stderr.write('\\x1b[31mline %d\\r\\n' % i) for i in range(50)] and sys.stderr.flush()", static options => options with { LogLinesMax = 3 });
        await harness.RcptAsync();
        await UntilAsync(harness, () => Said().Count == 3, TimeSpan.Zero);
        harness.Time.Advance(TimeSpan.FromMinutes(2));
        await harness.RcptAsync();
        await UntilAsync(harness, () => Said().Count == 6, TimeSpan.Zero);
        Assert.Contains(Logs.Lines, static line => line.Contains("47 lines of the program of test were left out", StringComparison.Ordinal));
        Assert.All(Said(), static line => Assert.DoesNotContain(line, char.IsControl));
        Assert.EndsWith("said:  [31mline 0", Said()[0], StringComparison.Ordinal);

        List<string> Said() => [.. Logs.Lines.Where(static line => line.Contains("said:", StringComparison.Ordinal))];
    }

    [Fact]
    public async Task Program_ThatIsChanged_IsReplaced_AndWhatItHasIsAnswered()
    {
        string text = $$"""
            {{Loop}}
            hello(["rcpt"])
            def answer(question):
                while question["recipient"].startswith("slow") and not os.path.exists("{{Folder}}/go"):
                    time.sleep(0.01)
                return {"verdict": "reject", "detail": "VERSION"}
            serve(answer)
            """;
        FilterHarness harness = Make(Program(text.Replace("VERSION", "one", StringComparison.Ordinal)));
        await harness.MailAsync();
        Task<Verdict> slow = harness.RcptAsync("slow@example.com").AsTask();
        Program(text.Replace("VERSION", "the second", StringComparison.Ordinal));
        await ((ScriptFilter)harness.Filter).Pool.RefreshAsync();

        // The new child takes what comes now, although the old one is busy.
        Assert.Equal("the second", (await harness.RcptAsync()).Detail);
        Assert.False(slow.IsCompleted);
        await File.WriteAllTextAsync(Path.Combine(Folder, "go"), string.Empty);
        Assert.Equal("one", (await slow).Detail);
        Assert.DoesNotContain(Logs.Lines, static line => line.Contains("is gone", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Program_ThatIsChangedForTheWorse_IsNotReplaced()
    {
        FilterHarness harness = MakePython("['rcpt']", "{'verdict': 'reject', 'detail': 'old'}");
        await harness.RcptAsync();
        Program("syntax error");
        await ((ScriptFilter)harness.Filter).Pool.RefreshAsync();
        await UntilAsync(harness, () => Logs.Lines.Any(static line => line.Contains("the old one goes on: it ended with 1 without a hello", StringComparison.Ordinal)), TimeSpan.Zero);
        Assert.Equal("old", (await harness.RcptAsync()).Detail);
    }

    [Fact]
    public async Task Dispose_ClosesWhatTheChildReads_AndKillsTheOneThatDoesNotMind()
    {
        string left = Path.Combine(Folder, "left");
        FilterHarness harness = Make(
            Program($$"""
                {{Loop}}
                hello(["rcpt"])
                serve(lambda q: {"verdict": "reject", "detail": str(os.getpid())})
                open("{{left}}", "w").close()
                time.sleep(600)
                """));
        int process = int.Parse((await harness.RcptAsync()).Detail!, CultureInfo.InvariantCulture);
        Task disposed = ((ScriptFilter)harness.Filter).DisposeAsync().AsTask();
        await UntilAsync(harness, () => File.Exists(left), TimeSpan.Zero);
        Assert.True(ProcessWatch.IsRunning(process));
        Assert.False(disposed.IsCompleted);
        await UntilAsync(harness, () => disposed.IsCompleted);
        await ProcessWatch.EndsAsync(process);
        await Assert.ThrowsAnyAsync<Exception>(() => harness.RcptAsync().AsTask());
    }

    [Fact]
    public async Task Start_OfSeveral_RunsSoManyAndNoMore()
    {
        string pids = Path.Combine(Folder, "pids");
        FilterHarness harness = Make(Program($"{Loop}open('{pids}', 'a').write(str(os.getpid()) + '\\n')\nhello(['rcpt'])\nserve(lambda q: None)"), static options => options with { Children = 3 });
        await UntilAsync(harness, () => File.Exists(pids) && File.ReadAllLines(pids).Length == 3);
        harness.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(VerdictKind.Continue, (await harness.RcptAsync()).Kind);
        Assert.Equal(3, (await File.ReadAllLinesAsync(pids)).Length);
    }

    [Fact]
    public void Pauses_OfShortLives_AreDoubledUpToTheLongest_AndBeginAnewAfterALongOne()
    {
        RestartPauses pauses = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        double[] seconds = [.. new[] { 0, 0, 0, 0, 0, 5, 4.9 }.Select(life => pauses.After(TimeSpan.FromSeconds(life), 0.5).TotalSeconds)];
        Assert.Equal([1, 2, 4, 5, 5, 1, 2], seconds);
        Assert.Equal([0.75, 1.25], new[] { 0.0, 1 }.Select(static chance => new RestartPauses(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)).After(default, chance).TotalSeconds));
        Assert.Equal(2, new RestartPauses(TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(2)).After(default, 0.5).TotalSeconds);
    }

    [Theory]
    [InlineData("program")]
    [InlineData("/nowhere/program")]
    [InlineData("/etc/passwd")]
    [InlineData("/")]
    public void Options_ProgramThatCannotRun_IsRefused(string program) =>
        Assert.Contains(new ScriptFilterOptions { Program = program }.Validate(new(this)), static result => result.MemberNames.Contains("Program"));
}
