using System.Text;
using EdgeSmtp.Tests.Unit.Server;
using EdgeSmtp.Toolkit.Processes;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Toolkit.Processes;

public sealed class ProgramKeeperTests : IAsyncDisposable
{
    private static readonly Dictionary<string, string> NoVariables = [];

    private readonly ProgramKeeper _keeper = new("test", TimeProvider.System);
    private readonly TemporaryFolder _folder = new();

    public async ValueTask DisposeAsync()
    {
        await _keeper.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Start_Program_TalksOverItsStandardStreams()
    {
        using LastingProgram program = await StartAsync("read -r line; echo \"heard $line\"; exit 4");
        await program.Input.WriteAsync("a word\n"u8.ToArray());
        using StreamReader reader = new(program.Output, Encoding.UTF8, leaveOpen: true);
        Assert.Equal("heard a word", await reader.ReadLineAsync());
        Assert.Equal(4, await program.WaitForExitAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Start_ProgramThatIsNotThere_EndsWithAWord()
    {
        using LastingProgram program = await _keeper.StartAsync(new ProgramCommand("/nowhere/program", []), NoVariables, CancellationToken.None);
        List<string> lines = [];
        await program.ReadErrorsAsync(lines.Add);
        Assert.Equal(127, await program.WaitForExitAsync(CancellationToken.None));
        Assert.Contains("/nowhere/program", Assert.Single(lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadErrors_LinesOfAnyLength_AreCutAndPrintable()
    {
        using LastingProgram program = await StartAsync("printf '\\033[1mfirst\\n\\n'; head -c 5000 /dev/zero | tr '\\0' x; printf '\\nlast'", " >&2");
        List<string> lines = [];
        await program.ReadErrorsAsync(lines.Add);
        Assert.Equal([" [1mfirst", new string('x', 1024), "last"], lines);
    }

    [Fact]
    public async Task Read_OfManyPrograms_HoldsNoThreads()
    {
        List<LastingProgram> programs = [];
        List<Task> reads = [];
        try
        {
            for (int i = 0; i < 30; i++)
            {
                LastingProgram program = await StartAsync("exec sleep 600");
                programs.Add(program);
                reads.Add(program.Output.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false).AsTask());
                reads.Add(program.Input.WriteAsync(new byte[1 << 20]).AsTask());
            }

            // A thread of the pool is there for this at once: none of the sixty reads and writes holds one.
            int threads = ThreadPool.ThreadCount;
            await Task.Run(static () => { });
            Assert.DoesNotContain(reads, static read => read.IsCompleted);
            Assert.True(threads < 30, $"The pool has {threads} threads.");
        }
        finally
        {
            programs.ForEach(static program => program.Dispose());
            await Record.ExceptionAsync(() => Task.WhenAll(reads));
        }
    }

    [Fact]
    public async Task Kill_Program_TakesItsGroup_EvenWhenItEndedBefore()
    {
        string pid = _folder.PathOf("pid");
        using LastingProgram program = await StartAsync($"sleep 600 & echo $! >{pid}.new; mv {pid}.new {pid}");
        Assert.Equal(0, await program.WaitForExitAsync(CancellationToken.None));
        int child = int.Parse(await File.ReadAllTextAsync(pid));
        Assert.True(ProcessWatch.IsRunning(child));
        program.Kill();
        await ProcessWatch.EndsAsync(child);
    }

    [Fact]
    public async Task Dispose_OfTheKeeper_EndsProgramsThatNobodyDisposed()
    {
        ProgramKeeper keeper = new("test", TimeProvider.System);
        LastingProgram program = await keeper.StartAsync(new ProgramCommand("/bin/sh", ["-c", "trap '' TERM HUP; while :; do sleep 1; done"]), NoVariables, CancellationToken.None);
        await keeper.DisposeAsync();
        Assert.Equal(128 + 9, await program.WaitForExitAsync(CancellationToken.None));
        program.Dispose();
    }

    [Fact]
    public async Task Start_GivenUp_LeavesNothingRunning()
    {
        using CancellationTokenSource source = new();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _keeper.StartAsync(new ProgramCommand("/bin/sleep", ["600"]), NoVariables, source.Token));
    }

    private ValueTask<LastingProgram> StartAsync(string text, string redirection = "") =>
        _keeper.StartAsync(new ProgramCommand("/bin/sh", ["-c", $"{{ {text}; }}{redirection}"]), NoVariables, CancellationToken.None);
}
