using System.Diagnostics;
using System.Globalization;

namespace EdgeSmtp.Toolkit.Processes;

/// <summary>
/// Runs programs that say by their exit code what they think. By D. J. Bernstein's checkpassword interface, what they are to know is on descriptor 3, their environment is PATH alone, and
/// there is nothing on standard input and output; by that of his qmail-queue, they read descriptors 0 and 1. Each runs in a process group of its own, and is killed with all its children
/// when it is given up.
/// </summary>
/// <remarks>
/// The framework passes no descriptor beyond 2, so <c>setsid</c> and <c>sh</c> go before: the pipe of standard input becomes descriptor 3, and the shell is gone as soon as the
/// program runs. Arguments are handed over as arguments; the shell sees none of their characters. How many run at once is for the caller to bound (see
/// <see cref="Backends.BackendGuard"/>). A program that leaves its session and group (a daemon) is out of reach.
/// </remarks>
public static class ProgramRunner
{
    /// <summary>Bytes on descriptor 3 at most, as checkpassword reads them.</summary>
    public const int InputBytesMax = 512;

    private const int ErrorBytesMax = 1024;
    private const string Launch = "exec \"$@\" 3<&0 0</dev/null 1>/dev/null";
    private const string LaunchQueue = "ulimit -f \"$1\" && in=$2 second=$3 && shift 3 && exec \"$@\" 0<\"$in\" 1<\"$second\"";
    private const int LimitUnit = 512;

    /// <summary>Runs a program to its end.</summary>
    /// <param name="command">The program.</param>
    /// <param name="input">What it reads from descriptor 3, at most <see cref="InputBytesMax"/> bytes; then it reads the end.</param>
    /// <param name="cancellationToken">Gives up: the program and its children are killed.</param>
    /// <exception cref="OperationCanceledException">The token fired; the program is dead.</exception>
    /// <exception cref="IOException">No process could be started.</exception>
    public static async ValueTask<ProgramResult> RunAsync(ProgramCommand command, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(input.Length, InputBytesMax);
        return await RunAsync(Describe(command, [Launch, "sh"]), input, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs a program to its end that reads descriptors 0 and 1, as qmail-queue does.</summary>
    /// <param name="command">The program.</param>
    /// <param name="place">Where it runs, and what it reads.</param>
    /// <param name="cancellationToken">Gives up: the program and its children are killed.</param>
    /// <exception cref="OperationCanceledException">The token fired; the program is dead.</exception>
    /// <exception cref="IOException">No process could be started.</exception>
    public static ValueTask<ProgramResult> RunQueueProgramAsync(ProgramCommand command, ProgramPlace place, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(place);
        string blocks = ((place.FileBytesMax + LimitUnit - 1) / LimitUnit).ToString(CultureInfo.InvariantCulture);
        ProcessStartInfo start = Describe(command, [LaunchQueue, "sh", blocks, place.InputFile, place.SecondInputFile]);
        start.WorkingDirectory = place.Folder;
        ProgramStart.Add(place.Environment, start);
        return RunAsync(start, default, cancellationToken);
    }

    private static async ValueTask<ProgramResult> RunAsync(ProcessStartInfo start, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using Process process = ProgramStart.Start(start);
        int group = process.Id;
        using CancellationTokenRegistration kill = cancellationToken.UnsafeRegister(static started => KillAll((Process)started!), process);
        await WriteAsync(process, input).ConfigureAwait(false);
        Task<string> errorText = ReadErrorAsync(process.StandardError.BaseStream);

        // Not with the token: a killed program is waited for, so that its place is free again when the caller hears of it.
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        int exitCode = process.ExitCode;
        if (!errorText.IsCompleted)
        {
            // Somebody of the group still holds the pipe, so the group exists and the number is not another's.
            NativeMethods.KillGroup(group);
        }

        string error = await errorText.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return new ProgramResult(exitCode, error);
    }

    /// <summary>A process group, and a shell that makes way for the program as soon as it has seen to its descriptors.</summary>
    private static ProcessStartInfo Describe(ProgramCommand command, IEnumerable<string> shellArguments) =>
        ProgramStart.Describe(["/bin/sh", "-c", .. shellArguments, command.Program, .. command.Arguments]);

    private static void KillAll(Process process)
    {
        // In its first moments the process has no group of its own yet; later the group may hold more than the process.
        NativeMethods.KillGroup(process.Id);
        process.Kill();
    }

    private static async Task WriteAsync(Process process, ReadOnlyMemory<byte> input)
    {
        try
        {
            await using Stream pipe = process.StandardInput.BaseStream;
            await pipe.WriteAsync(input, CancellationToken.None).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The program ended without reading; its exit code says why.
        }
    }

    /// <summary>Keeps the beginning, and reads on so that the program never waits for us. Closes the pipe: the process leaves that to who took it from it.</summary>
    private static async Task<string> ReadErrorAsync(Stream errors)
    {
        await using Stream pipe = errors;
        byte[] kept = new byte[ErrorBytesMax];
        byte[] rest = new byte[ErrorBytesMax];
        int length = 0;
        try
        {
            while (true)
            {
                Memory<byte> target = length < kept.Length ? kept.AsMemory(length) : rest;
                int read = await pipe.ReadAsync(target, CancellationToken.None).ConfigureAwait(false);
                if (read == 0)
                {
                    break;
                }

                length = Math.Min(length + read, kept.Length);
            }
        }
        catch (IOException)
        {
            // What was read before is all there is.
        }

        return ErrorText.Printable(kept.AsSpan(0, length));
    }
}
