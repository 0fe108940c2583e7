using System.Globalization;
using System.Text;
using EdgeSmtp.Toolkit.Processes;
using EdgeSmtp.Toolkit.Recipients;

namespace EdgeSmtp.Filters.Recipients.Program;

/// <summary>Asks a program by the checkpassword interface, as Spamcontrol's "PAM" lines do.</summary>
internal sealed class ProgramBackend(ProgramBackendOptions options) : IRecipientBackend
{
    private const int Yes = 0;
    private const int No = 1;
    private const int Misused = 2;
    private const int NotNow = 111;
    private const int NulBytes = 3;

    private readonly ProgramCommand _command = new(options.Command[0], [.. options.Command.Skip(1)]);

    public async ValueTask<RecipientAnswer> FindAsync(string address, CancellationToken cancellationToken)
    {
        byte[] input = new byte[Encoding.UTF8.GetByteCount(address) + NulBytes];
        Encoding.UTF8.GetBytes(address, input);
        if (input.Length > ProgramRunner.InputBytesMax)
        {
            // What the interface cannot carry, no mailbox behind it has as its name.
            return RecipientAnswer.Unknown;
        }

        ProgramResult result = await ProgramRunner.RunAsync(_command, input, cancellationToken).ConfigureAwait(false);
        return result.ExitCode switch
        {
            Yes => RecipientAnswer.Known,
            No => RecipientAnswer.Unknown,
            NotNow => Failure("says: not now", result),
            Misused => Failure("says that it was misused", result),

            // Spamcontrol took a crash for a temporary failure and every other code for "no"; a program that cannot run must not refuse mail for good.
            _ => Failure(string.Create(CultureInfo.InvariantCulture, $"ended with {result.ExitCode}"), result),
        };
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private RecipientAnswer Failure(string what, ProgramResult result) =>
        RecipientAnswer.TemporaryFailure(result.ErrorText.Length == 0 ? $"{_command.Program} {what}" : $"{_command.Program} {what}: {result.ErrorText}");
}
