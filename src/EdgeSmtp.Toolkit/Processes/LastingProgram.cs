using System.Diagnostics;

namespace EdgeSmtp.Toolkit.Processes;

/// <summary>A program that runs on and talks with us over its standard streams. Made by <see cref="ProgramKeeper"/>.</summary>
/// <remarks>Reads and writes hold no thread while they wait. A process that leaves its group (a daemon) is out of reach of <see cref="Kill"/>.</remarks>
public sealed class LastingProgram : IDisposable
{
    private const int ErrorLineBytesMax = 1024;

    private readonly Process _process;
    private readonly Action<LastingProgram> _left;
    private volatile bool _hasErrorEnded;
    private int _isDisposed;

    internal LastingProgram(Process process, Action<LastingProgram> left)
    {
        _process = process;
        _left = left;
        Id = process.Id;
    }

    /// <summary>Its process id, which is that of its process group, too.</summary>
    public int Id { get; }

    /// <summary>What it reads from descriptor 0.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>What it writes to descriptor 1.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>Reads what it writes to descriptor 2, to its end; never throws. Somebody has to, or the program waits for ever when the pipe is full.</summary>
    /// <param name="told">Gets each line: printable, at most 1,024 bytes of it.</param>
    public async Task ReadErrorsAsync(Action<string> told)
    {
        ArgumentNullException.ThrowIfNull(told);
        byte[] buffer = new byte[4096];
        byte[] line = new byte[ErrorLineBytesMax];
        int length = 0;
        try
        {
            while (await _process.StandardError.BaseStream.ReadAsync(buffer).ConfigureAwait(false) is > 0 and int read)
            {
                length = Cut(buffer.AsSpan(0, read), line, length, told);
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // What was read before is all there is.
        }

        _hasErrorEnded = true;
        Tell(line.AsSpan(0, length), told);
    }

    /// <summary>Waits for its end.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Its exit code; 128 and the number of the signal when one killed it; 126 or 127 when it could not be run.</returns>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return _process.ExitCode;
    }

    /// <summary>Kills it and all of its process group.</summary>
    public void Kill()
    {
        try
        {
            if (!_process.HasExited)
            {
                NativeMethods.KillGroup(Id);
                _process.Kill();
            }
            else if (!_hasErrorEnded)
            {
                // Somebody of the group still holds the pipe, so the group exists and the number is not another's.
                NativeMethods.KillGroup(Id);
            }
        }
        catch (InvalidOperationException)
        {
            // Disposed in the same moment, and so killed.
        }
    }

    /// <summary>Kills it, and closes its pipes.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _left(this);
            Kill();
            Input.Dispose();
            Output.Dispose();
            _process.StandardError.BaseStream.Dispose();
            _process.Dispose();
        }
    }

    private static int Cut(ReadOnlySpan<byte> bytes, byte[] line, int length, Action<string> told)
    {
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOf((byte)'\n');
            ReadOnlySpan<byte> piece = end < 0 ? bytes : bytes[..end];
            int kept = Math.Min(piece.Length, line.Length - length);
            piece[..kept].CopyTo(line.AsSpan(length));
            length += kept;
            if (end >= 0)
            {
                Tell(line.AsSpan(0, length), told);
                length = 0;
            }

            bytes = bytes[(end < 0 ? bytes.Length : end + 1)..];
        }

        return length;
    }

    private static void Tell(ReadOnlySpan<byte> line, Action<string> told)
    {
        if (ErrorText.Printable(line) is { Length: > 0 } text)
        {
            told(text);
        }
    }
}
