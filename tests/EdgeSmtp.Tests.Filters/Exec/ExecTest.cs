using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Exec;
using EdgeSmtp.Testing.Harness;

namespace EdgeSmtp.Tests.Filters.Exec;

/// <summary>Real programs, in a folder of their own.</summary>
public abstract class ExecTest : IDisposable
{
    protected const string Message = "Subject: test\r\n\r\nA short text.\r\n";

    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private readonly List<FilterHarness> _harnesses = [];

    protected string Folder { get; } = Directory.CreateTempSubdirectory("exec").FullName;

    protected string RunFolder => Path.Combine(Folder, "runs");

    public void Dispose()
    {
        _harnesses.ForEach(static harness => harness.Dispose());
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>A program of this text.</summary>
    protected string Program(string text, string interpreter = "/bin/sh")
    {
        string path = Path.Combine(Folder, $"program-{_harnesses.Count}");
        File.WriteAllText(path, $"#!{interpreter}\n{text}\n");
        File.SetUnixFileMode(path, Executable);
        return path;
    }

    protected FilterHarness Make(string program, Func<ExecFilterOptions, ExecFilterOptions>? options = null)
    {
        ExecFilterOptions bound = new() { Program = program, RunFolder = RunFolder };
        FilterHarness harness = FilterHarness.Of(static filters => filters.AddExec(), options?.Invoke(bound) ?? bound);
        _harnesses.Add(harness);
        return harness;
    }

    /// <summary>The filter with a program of this text.</summary>
    protected FilterHarness MakeShell(string text, Func<ExecFilterOptions, ExecFilterOptions>? options = null) => Make(Program(text), options);

    protected static async Task<Verdict> SendAsync(FilterHarness harness, string message = Message, CancellationToken cancellationToken = default) =>
        (await harness.MessageAsync(Encoding.UTF8.GetBytes(message), cancellationToken).AsTask().WaitAsync(Guard, TimeProvider.System, CancellationToken.None))[0];

    /// <summary>The changes asked for, in one line each.</summary>
    protected static IEnumerable<string> ChangesOf(FilterHarness harness) =>
        harness.Context.ChangeLog.Select(static change => $"{change.Member} {change.Value ?? change.Recipient?.ForwardPath.ToString()}");
}
