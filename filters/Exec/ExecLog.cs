using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Filters.Exec;

/// <summary>What programs write to their standard error; made printable before it gets here.</summary>
internal sealed class ExecLog(ILogger logger, string filter)
{
    private static readonly Action<ILogger, string, string, int, string, Exception?> SaidMessage = LoggerMessage.Define<string, string, int, string>(
        LogLevel.Information, new EventId(1, nameof(Said)), "The program of {Filter} said of {Transaction}, ending with {ExitCode}: {Text}");

    private static readonly Action<ILogger, string, string, Exception?> LeftMessage = LoggerMessage.Define<string, string>(
        LogLevel.Warning, new EventId(2, nameof(Left)), "The program of {Filter} left something in {Folder} that cannot be removed");

    public void Left(string folder) => LeftMessage(logger, filter, folder, null);

    public void Said(string transaction, int exitCode, string text) => SaidMessage(logger, filter, transaction, exitCode, text, null);
}
