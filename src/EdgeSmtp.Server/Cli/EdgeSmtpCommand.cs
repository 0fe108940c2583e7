using System.CommandLine;
using System.Net.Sockets;

namespace EdgeSmtp.Server.Cli;

/// <summary>The command line of <c>edgesmtp</c>.</summary>
internal static class EdgeSmtpCommand
{
    /// <summary>Runs what the arguments say.</summary>
    /// <param name="arguments">Arguments of the program.</param>
    /// <param name="output">Takes results.</param>
    /// <param name="error">Takes messages.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>See <see cref="ExitCode"/>.</returns>
    public static async Task<int> InvokeAsync(string[] arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken = default)
    {
        ParseResult parsed = Create().Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (System.CommandLine.Parsing.ParseError problem in parsed.Errors)
            {
                await error.WriteLineAsync($"edgesmtp: {problem.Message}");
            }

            await error.WriteLineAsync("Try 'edgesmtp --help'.");
            return ExitCode.Usage;
        }

        // The library would end the process two seconds after SIGTERM; `run` drains instead, and takes the signal itself.
        InvocationConfiguration configuration = new() { Output = output, Error = error, ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
        try
        {
            return await parsed.InvokeAsync(configuration, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or HttpRequestException or SocketException)
        {
            await error.WriteLineAsync($"edgesmtp: {failure.Message}");
            return ExitCode.Failed;
        }
    }

    /// <summary>All commands.</summary>
    public static RootCommand Create() => new("EdgeSmtp, an edge SMTP and QMTP server.")
    {
        RunCommand.Create(),
        ConfigCommand.Create(),
        QueueCommand.Create(),
        QuarantineCommand.Create(),
        ExplainCommand.Create(),
        AccessCommand.Create(),
        SendCommand.Create(),
        SpfCommand.Create(),
        RecipientsCommand.Create(),
        CdbCommand.Create(),
        CaptureCommand.Create(),
        ReplayCommand.Create(),
        DocsCommand.Create(),
    };
}
