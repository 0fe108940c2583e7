using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Script;
using EdgeSmtp.Testing.Harness;

namespace EdgeSmtp.Tests.Filters.Script;

/// <summary>Real programs, in a folder of their own. Processes live in real time, what the filter waits for passes on the clock of the harness.</summary>
public abstract class ScriptTest : IAsyncDisposable
{
    /// <summary>The beginning of every program in Python here: says hello, then asks <c>answer</c> about each question.</summary>
    protected const string Loop = """
        import json, os, sys, time
        def hello(stages, **more):
            print(json.dumps({"edgesmtp": 1, "stages": stages, **more}), flush=True)
        def serve(answer):
            for line in sys.stdin:
                question = json.loads(line)
                print(json.dumps({"id": question["id"], **(answer(question) or {})}), flush=True)

        """;

    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    private readonly List<FilterHarness> _harnesses = [];

    protected string Folder { get; } = Directory.CreateTempSubdirectory("script").FullName;

    private protected LogRecorder Logs { get; } = new();

    public async ValueTask DisposeAsync()
    {
        foreach (FilterHarness harness in _harnesses)
        {
            Task disposed = ((ScriptFilter)harness.Filter).DisposeAsync().AsTask();
            await UntilAsync(harness, () => disposed.IsCompleted, TimeSpan.FromSeconds(1));
            harness.Dispose();
        }

        Directory.Delete(Folder, recursive: true);
        Logs.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A program of this text.</summary>
    protected string Program(string text, string interpreter = "/usr/bin/python3", string name = "program")
    {
        string path = Path.Combine(Folder, name);
        File.WriteAllText($"{path}.new", $"#!{interpreter}\n{text}\n");
        File.SetUnixFileMode($"{path}.new", Executable);
        File.Move($"{path}.new", path, overwrite: true);
        return path;
    }

    /// <summary>The filter with this program, of which one child runs.</summary>
    protected FilterHarness Make(string program, Func<ScriptFilterOptions, ScriptFilterOptions>? options = null)
    {
        ScriptFilterOptions bound = new() { Program = program, Children = 1 };
        bound = options?.Invoke(bound) ?? bound;
        FilterHarness harness = new(
            context =>
            {
                ((HarnessContext)context).Log = Logs;
                return new ScriptFilter(bound, context);
            },
            traits: new FilterTraits { Effect = FilterEffect.Annotates },
            host: new FilterHost { Hostname = "mx.example.test" });
        _harnesses.Add(harness);
        return harness;
    }

    /// <summary>The filter with a program that serves these stages, answering with an expression over <c>q</c>.</summary>
    protected FilterHarness MakePython(string stages, string answer, Func<ScriptFilterOptions, ScriptFilterOptions>? options = null) =>
        Make(Program($"{Loop}hello({stages})\nserve(lambda q: {answer})"), options);

    protected static async Task<Verdict> SendAsync(FilterHarness harness, string message = "Subject: test\r\n\r\nA short text.\r\n") =>
        (await harness.MessageAsync(Encoding.UTF8.GetBytes(message)).AsTask().WaitAsync(Guard))[0];

    /// <summary>Lets time pass until something is so.</summary>
    protected static async Task UntilAsync(FilterHarness harness, Func<bool> isSo, TimeSpan? perStep = null)
    {
        using CancellationTokenSource guard = new(Guard);
        while (!isSo())
        {
            guard.Token.ThrowIfCancellationRequested();
            harness.Time.Advance(perStep ?? TimeSpan.FromMilliseconds(100));
            await Task.Delay(Step, TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>Lets time pass until a call has ended.</summary>
    protected static async Task<T> PassAsync<T>(FilterHarness harness, Task<T> call)
    {
        await UntilAsync(harness, () => call.IsCompleted);
        return await call;
    }

    /// <summary>A call that fails, as the driver would see it.</summary>
    protected static async Task<IOException> FailAsync(FilterHarness harness, Task<Verdict> call) =>
        await Xunit.Assert.ThrowsAnyAsync<IOException>(() => PassAsync(harness, call).WaitAsync(Guard));
}
