using System.Globalization;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Toolkit.Backends;
using EdgeSmtp.Toolkit.Processes;

namespace EdgeSmtp.Filters.ClamAv.Programs;

/// <summary>
/// Scans with a program by the QHPSI interface of Spamcontrol: it gets the path of the file, and its exit code is the answer. What it looks at beside the file is not known, so that
/// nothing is remembered.
/// </summary>
internal sealed class ProgramScanner : IMessageScanner
{
    // What the shell and the system say of a program that cannot be run; a crash has a number of its own.
    private const int NotExecutable = 126;
    private const int NotThere = 127;

    private readonly ProgramLine _line;
    private readonly BackendGuard _guard;
    private readonly int _infected;
    private readonly int _clean;

    public ProgramScanner(ClamAvFilterOptions options, FilterContext context)
    {
        _line = new ProgramLine(options.Program, options.ProgramArgument1, options.ProgramArgument2, options.ProgramArgument3);
        _infected = options.InfectedExitCode;
        _clean = options.CleanExitCode;
        BackendGuardOptions limits = options.Within(options.ScanTimeout);
        _guard = context.State($"program {options.Program} {limits}", () => new BackendGuard(_line.Program, limits, context.Time, context.Meter("program"), context.Logger));
    }

    public async ValueTask<ScanFinding> ScanAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        string path;
        try
        {
            path = await transaction.Content!.GetPathAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            return new ScanFinding(ScanStatus.Failed, exception.Message);
        }

        GuardResult<ProgramResult> result = await _guard.RunAsync(
            new ProgramCommand(_line.Program, _line.ArgumentsFor(path)),
            static (command, deadline) => ProgramRunner.RunAsync(command, ReadOnlyMemory<byte>.Empty, deadline),
            static ended => ended.ExitCode is NotExecutable or NotThere ? $"it cannot be run: {ended.ErrorText}" : null,
            cancellationToken).ConfigureAwait(false);
        return result.Outcome == GuardOutcome.Answered ? Judge(result.Answer!) : new ScanFinding(ScanStatus.Failed, $"{_line.Program}: {result.Detail}");
    }

    private ScanFinding Judge(ProgramResult result) =>
        result.ExitCode == _clean ? ScanFinding.Clean
        : result.ExitCode == _infected ? new ScanFinding(ScanStatus.Infected, Words(result, "QHPSI"))
        : new ScanFinding(ScanStatus.Failed, string.Create(CultureInfo.InvariantCulture, $"{_line.Program} ended with {result.ExitCode}{Words(result, string.Empty, ": ")}"));

    /// <summary>What it wrote to its standard error: for most programs the name of the find, or why there is none.</summary>
    private static string Words(ProgramResult result, string without, string before = "")
    {
        if (result.ErrorText.Length == 0)
        {
            return without;
        }

        Span<char> words = stackalloc char[Math.Min(result.ErrorText.Length, Clamd.ClamdReply.TextLengthMax)];
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = result.ErrorText[i] is >= ' ' and < '\x7F' ? result.ErrorText[i] : '?';
        }

        return string.Concat(before, words);
    }
}
