using System.Globalization;
using System.Text;
using EdgeSmtp.Tests.Unit.Server;
using EdgeSmtp.Toolkit.Processes;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Toolkit.Processes;

public sealed class ProgramRunnerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_Program_ReadsDescriptor3ToItsEnd()
    {
        string seen = _folder.PathOf("seen");
        ProgramResult result = await RunAsync($"cat <&3 >{seen}; cat >>{seen}; exit 5", "joe@example.com\0\0\0");

        Assert.Equal(5, result.ExitCode);
        Assert.Equal("joe@example.com\0\0\0", await File.ReadAllTextAsync(seen));
    }

    [Fact]
    public async Task Run_Arguments_AreNotReadByAShell()
    {
        string seen = _folder.PathOf("seen");
        string program = Script($"printf '%s|' \"$@\" >{seen}");
        string[] arguments = ["a b", "$(touch nope)", "'\"\\", ";exit 9", string.Empty, "*"];
        ProgramResult result = await ProgramRunner.RunAsync(new ProgramCommand(program, arguments), default, CancellationToken.None);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(string.Join('|', arguments) + "|", await File.ReadAllTextAsync(seen));
    }

    [Fact]
    public async Task Run_Environment_IsPathAlone()
    {
        Environment.SetEnvironmentVariable("EDGESMTP_TEST_SECRET", "x");
        string seen = _folder.PathOf("seen");
        await RunAsync($"env >{seen}", string.Empty);

        string[] names = [.. (await File.ReadAllLinesAsync(seen)).Select(static line => line.Split('=')[0])];
        Assert.Contains("PATH", names);
        // What the shells add by themselves.
        Assert.Empty(names.Except(["PATH", "PWD", "SHLVL", "_", "OLDPWD"]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(111)]
    public async Task Run_ExitCode_IsGiven(int code) => Assert.Equal(code, (await RunAsync($"exit {code}", "x")).ExitCode);

    [Fact]
    public async Task Run_ProgramThatDies_GivesItsSignal() => Assert.Equal(128 + 11, (await RunAsync("kill -SEGV $$", "x")).ExitCode);

    [Fact]
    public async Task Run_ProgramThatIsNotThere_Gives127WithTheReason()
    {
        ProgramResult result = await ProgramRunner.RunAsync(new ProgramCommand(_folder.PathOf("missing"), []), default, CancellationToken.None);

        Assert.Equal(127, result.ExitCode);
        Assert.Contains("missing", result.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ProgramThatIsNotExecutable_Gives126()
    {
        string file = _folder.Write("data", "text");
        Assert.Equal(126, (await ProgramRunner.RunAsync(new ProgramCommand(file, []), default, CancellationToken.None)).ExitCode);
    }

    [Fact]
    public async Task Run_MuchOnStandardError_KeepsTheBeginningAndNeverBlocks()
    {
        ProgramResult result = await RunAsync("echo first >&2; head -c 300000 /dev/zero | tr '\\0' 'x' >&2; printf '\\033[0m'; exit 1", "x");

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("first", result.ErrorText, StringComparison.Ordinal);
        Assert.InRange(result.ErrorText.Length, 1000, 1024);
        Assert.DoesNotContain(result.ErrorText, char.IsControl);
    }

    [Fact]
    public async Task Run_ProgramThatReadsNothing_IsNoError() => Assert.Equal(0, (await RunAsync("exec 3<&-; exit 0", new string('x', ProgramRunner.InputBytesMax))).ExitCode);

    [Fact]
    public async Task Run_GivenUp_KillsTheProgramAndItsChildren()
    {
        string pids = _folder.PathOf("pids");
        using CancellationTokenSource source = new();
        Task<ProgramResult> pending = RunAsync($"sleep 600 & echo $! >>{pids}; echo $$ >>{pids}; trap '' TERM; mv {pids} {pids}.done; wait", "x", source.Token).AsTask();
        while (!File.Exists($"{pids}.done"))
        {
            await Task.Yield();
        }

        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
        foreach (string line in await File.ReadAllLinesAsync($"{pids}.done"))
        {
            await ProcessWatch.EndsAsync(int.Parse(line, CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public async Task Run_GivenUpAtOnce_EndsToo()
    {
        for (int i = 0; i < 20; i++)
        {
            using CancellationTokenSource source = new();
            Task<ProgramResult> pending = RunAsync("sleep 600", "x", source.Token).AsTask();
            await source.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
        }
    }

    [Fact]
    public async Task Run_ChildThatOutlivesTheProgram_IsKilledWithIt()
    {
        string pid = _folder.PathOf("pid");
        ProgramResult result = await RunAsync($"sleep 600 & echo $! >{pid}; exit 1", "x");

        Assert.Equal(1, result.ExitCode);
        await ProcessWatch.EndsAsync(int.Parse(await File.ReadAllTextAsync(pid), CultureInfo.InvariantCulture));
    }

    // What a collection closes later is closed by chance: many runs may come before one.
    [Fact]
    public async Task Runs_LeaveNoPipeBehind()
    {
        const int Runs = 60;
        int before = Pipes();
        for (int i = 0; i < Runs; i++)
        {
            await RunAsync("echo x >&2", "x");
        }

        // Other tests of this process have pipes as well.
        Assert.InRange(Pipes(), 0, before + (Runs / 2));
    }

    private static int Pipes() => Directory.GetFiles("/proc/self/fd").Count(static link => TargetOf(link)?.StartsWith("pipe:", StringComparison.Ordinal) == true);

    private static string? TargetOf(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (IOException)
        {
            // Closed meanwhile by another test.
            return null;
        }
    }

    private ValueTask<ProgramResult> RunAsync(string script, string input, CancellationToken cancellationToken = default) =>
        ProgramRunner.RunAsync(new ProgramCommand(Script(script), []), Encoding.UTF8.GetBytes(input), cancellationToken);

    private string Script(string body)
    {
        string path = _folder.Write("program", $"#!/bin/bash\n{body}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
