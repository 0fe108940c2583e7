using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Toolkit.Processes;

namespace EdgeSmtp.Filters.Exec;

/// <summary>One run of the program.</summary>
internal static class ExecRun
{
    private const int EnvelopeBytesMax = 4 << 20;

    private static readonly FileStreamOptions NewFile = new()
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.Write,
        BufferSize = 0,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    };

    /// <summary>Runs it to its end, and reads what it handed on.</summary>
    public static async ValueTask<ExecOutcome> RunAsync(
        RunFolder folder, ReadOnlySequence<byte> content, Transaction transaction, ExecFilterOptions options, ExecLog log, CancellationToken cancellationToken)
    {
        Write(folder, content, transaction);
        ProgramPlace place = new(folder.Path, ExecEnvironment.Of(transaction.Session, folder, options.Environment), folder.Message, folder.Envelope, options.MessageBytesMax);
        ProgramResult result = await ProgramRunner.RunQueueProgramAsync(new ProgramCommand(options.Program, options.Arguments), place, cancellationToken).ConfigureAwait(false);
        if (result.ErrorText.Length > 0)
        {
            log.Said(transaction.Id, result.ExitCode, result.ErrorText);
        }

        if (result.ExitCode != 0)
        {
            return new ExecOutcome(null, ExitCodes.VerdictOf(result, options.Dialect));
        }

        return TryRead(folder, options, out QueuedMessage? queued, out string? problem)
            ? new ExecOutcome(queued, Verdict.Continue)
            : new ExecOutcome(null, Verdict.From(ExecFilter.NotQueued, problem));
    }

    private static void Write(RunFolder folder, in ReadOnlySequence<byte> content, Transaction transaction)
    {
        using (FileStream message = new(folder.Message, NewFile))
        {
            LineEnds.WriteWithLf(content, message);
        }

        using FileStream envelope = new(folder.Envelope, NewFile);
        envelope.Write(QmailEnvelope.Write(transaction));
    }

    private static bool TryRead(RunFolder folder, ExecFilterOptions options, [NotNullWhen(true)] out QueuedMessage? queued, [NotNullWhen(false)] out string? problem)
    {
        queued = null;
        if (!folder.IsQueued)
        {
            // It said that all is well and nobody has the message. qmail would have lost it.
            problem = "it ended with 0 and handed no message on";
            return false;
        }

        if (!TryReadFile(folder.OutFile(Shim.EnvelopeName), EnvelopeBytesMax, out byte[]? envelope)
            || !QmailEnvelope.TryRead(envelope, options.RecipientsMax, out QmailEnvelope? read))
        {
            problem = "the envelope that it handed on is none";
            return false;
        }

        if (!TryReadFile(folder.OutFile(Shim.MessageName), options.MessageBytesMax, out byte[]? message) || !LineEnds.TryMakeCrLf(message, out byte[]? withCrLf))
        {
            problem = "the message that it handed on is too large, or has a CR in it";
            return false;
        }

        queued = new QueuedMessage(withCrLf, read.ReversePath, read.Recipients);
        problem = null;
        return true;
    }

    private static bool TryReadFile(string path, int bytesMax, [NotNullWhen(true)] out byte[]? bytes)
    {
        FileInfo file = new(path);
        bytes = file.Exists && file.Length <= bytesMax ? File.ReadAllBytes(path) : null;
        return bytes is not null;
    }
}
