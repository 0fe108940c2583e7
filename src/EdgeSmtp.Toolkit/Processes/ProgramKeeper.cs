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
/// <param name="name">Name of the thread, for tools that show them.</param>
/// <param name="time">The clock.</param>
public sealed class ProgramKeeper(string name, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Words of util-linux before each program.</summary>
    private static readonly string[] Prefix = ["setpriv", "--no-new-privs", "--inh-caps", "-all", "--ambient-caps", "-all", "--pdeathsig", "KILL", "--"];

    private readonly BlockingWorkers<ProcessStartInfo, LastingProgram> _thread = new(name, 1, time, static () => new Starter());

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
    public ValueTask DisposeAsync() => _thread.DisposeAsync();

    private sealed class Starter : IBlockingWorker<ProcessStartInfo, LastingProgram>
    {
        public LastingProgram Answer(ProcessStartInfo question, CancellationToken cancellationToken)
        {
            LastingProgram program = new(ProgramStart.Start(question));
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
