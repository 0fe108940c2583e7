using System.Diagnostics;
using EdgeSmtp.Toolkit.Threads;

namespace EdgeSmtp.Toolkit.Processes;

/// <summary>
/// Starts programs that run on, and takes care that none outlives us: the kernel kills them when this is disposed, and when the server ends in whatever way, <c>kill -9</c> included.
/// </summary>
/// <remarks>
/// Thread-safe. Programs have our user, and neither our descriptors, nor our environment, nor capabilities, nor the right to gain any by what they run; their working directory is <c>/</c>. The signal at our end is
/// <c>PR_SET_PDEATHSIG</c>, which hangs on the <em>thread</em> that started the program: hence the thread of its own, which lasts. It reaches the program itself; what that has started
/// should end when its pipes do.
/// </remarks>
public sealed class ProgramKeeper : IAsyncDisposable
{
    /// <summary>Words of util-linux before each program.</summary>
    private static readonly string[] Prefix = ["setpriv", "--no-new-privs", "--inh-caps", "-all", "--ambient-caps", "-all", "--pdeathsig", "KILL", "--"];

    private readonly Lock _lock = new();
    private readonly HashSet<LastingProgram> _programs = [];
    private readonly BlockingWorkers<ProcessStartInfo, LastingProgram> _thread;

    /// <summary>Makes one. Its thread starts with the first program.</summary>
    /// <param name="name">Name of the thread, for tools that show them.</param>
    /// <param name="time">The clock.</param>
    public ProgramKeeper(string name, TimeProvider time) => _thread = new(name, 1, time, () => new Starter(this));

    /// <summary>Starts a program. One that cannot be run ends at once, with a word about it on its standard error.</summary>
    /// <param name="command">The program.</param>
    /// <param name="environment">Its environment besides PATH. Names and values without NUL.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The program, which the caller disposes.</returns>
    /// <exception cref="IOException">No process could be started.</exception>
    public ValueTask<LastingProgram> StartAsync(ProgramCommand command, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(environment);
        ProcessStartInfo start = ProgramStart.Describe([.. Prefix, command.Program, .. command.Arguments]);
        start.WorkingDirectory = "/";
        ProgramStart.Add(environment, start);
        return _thread.AskAsync(start, cancellationToken);
    }

    /// <summary>Ends the thread, and with it every program that still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        await _thread.DisposeAsync().ConfigureAwait(false);

        // One that has just been started has not asked for the signal yet. Nothing is called under the lock: the runtime tells of the end of a process under locks of its own.
        LastingProgram[] left;
        lock (_lock)
        {
            left = [.. _programs];
        }

        foreach (LastingProgram program in left)
        {
            program.Kill();
        }
    }

    private LastingProgram Start(ProcessStartInfo start)
    {
        LastingProgram program = new(ProgramStart.Start(start), Forget);
        lock (_lock)
        {
            _programs.Add(program);
        }

        return program;
    }

    private void Forget(LastingProgram program)
    {
        lock (_lock)
        {
            _programs.Remove(program);
        }
    }

    private sealed class Starter(ProgramKeeper keeper) : IBlockingWorker<ProcessStartInfo, LastingProgram>
    {
        public LastingProgram Answer(ProcessStartInfo question, CancellationToken cancellationToken)
        {
            LastingProgram program = keeper.Start(question);
            if (cancellationToken.IsCancellationRequested)
            {
                // Nobody waits for it any more, so nobody would dispose it.
                program.Dispose();
                cancellationToken.ThrowIfCancellationRequested();
            }

            return program;
        }

        public void Dispose()
        {
        }
    }
}
