using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>
/// A program in a session of its own whose output goes to a file: nothing blocks on a pipe that no one reads,
/// and a failure can show what the program said.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int OutputShownMax = 6_000;

    private readonly Process _process;
    private readonly string _name;

    private ChildProcess(Process process, string name, string outputFile)
    {
        _process = process;
        _name = name;
        OutputFile = outputFile;
    }

    public string OutputFile { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Starts the program; its output is appended to <c>name.log</c> in the folder, which is also its working directory.</summary>
    public static ChildProcess Start(string folder, string name, string program, params IEnumerable<string> arguments)
    {
        string output = Path.Combine(folder, name + ".log");
        // exec keeps the process id through setsid and sh, so that signals reach the program itself.
        ProcessStartInfo start = new("setsid") { WorkingDirectory = folder, UseShellExecute = false };
        start.ArgumentList.Add("sh");
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("out=$1; shift; exec \"$@\" >>\"$out\" 2>&1 </dev/null");
        start.ArgumentList.Add("sh");
        start.ArgumentList.Add(output);
        start.ArgumentList.Add(Programs.Find(program));
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        return new(Process.Start(start)!, name, output);
    }

    public string Output => File.Exists(OutputFile) ? ReadShared(OutputFile) : "";

    public string OutputTail => Tail(Output);

    /// <summary>The end of a log, as much as a failure message can show.</summary>
    public static string Tail(string text) => text.Length > OutputShownMax ? "…" + text[^OutputShownMax..] : text;

    public void Signal(PosixSignal signal)
    {
        if (!_process.HasExited && kill(_process.Id, (int)signal) != 0)
            throw new InvalidOperationException($"kill({_process.Id}, {signal}): errno {Marshal.GetLastPInvokeError()}");
    }

    /// <summary>Sends a signal to it and to its children, where they do the work.</summary>
    public void SignalFamily(PosixSignal signal)
    {
        foreach (int child in ProcessTree.ChildrenOf(Id))
            SignalTo(child, signal);
        Signal(signal);
    }

    /// <summary>Sends a signal to a process that this one started, if it is still there.</summary>
    public static void SignalTo(int process, PosixSignal signal) => _ = kill(process, (int)signal);

    public async Task<int> ExitAsync(TimeSpan limit)
    {
        using CancellationTokenSource source = new(limit);
        try
        {
            await _process.WaitForExitAsync(source.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{_name} did not end within {limit.TotalSeconds:0} s:\n{OutputTail}");
        }
        return _process.ExitCode;
    }

    /// <summary>Waits until the condition holds; fails at once, with the output, when the program ends first.</summary>
    public Task ReadyAsync(Func<Task<bool>> condition, TimeSpan? limit = null) =>
        Until.TrueAsync(
            async () => HasExited
                ? throw new InvalidOperationException($"{_name} ended with {ExitCode} before it was ready:\n{OutputTail}")
                : await condition(),
            limit ?? Until.Soon,
            () => $"{_name} is not ready:\n{OutputTail}");

    public async ValueTask DisposeAsync()
    {
        // The whole group: a master's workers must not outlive it.
        if (!_process.HasExited)
        {
            _ = kill(-_process.Id, (int)PosixSignal.Terminate);
            _ = kill(-_process.Id, (int)PosixSignal.Continue);
            using CancellationTokenSource source = new(TimeSpan.FromSeconds(5));
            try
            {
                await _process.WaitForExitAsync(source.Token);
            }
            catch (OperationCanceledException)
            {
            }
        }
        _ = kill(-_process.Id, (int)PosixSignal.Kill);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string ReadShared(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
#pragma warning disable IDE1006, SYSLIB1054 // The name is libc's; two integers need no generated marshalling.
    private static extern int kill(int pid, int signal);
#pragma warning restore IDE1006, SYSLIB1054
}
