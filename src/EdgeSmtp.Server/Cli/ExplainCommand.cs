using System.CommandLine;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Explain;

namespace EdgeSmtp.Server.Cli;

/// <summary><c>edgesmtp explain ID</c>: what each filter saw and said. Reads the files of the data directory, so that it works with and without a running server.</summary>
internal static class ExplainCommand
{
    private const int IdMax = 64;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<string?> config = SharedOptions.Config();
        Option<string?> data = SharedOptions.QueueDirectory();
        Option<bool> json = SharedOptions.Json();
        Argument<string> id = new("ID") { Description = "Id of a session, a transaction or a message: from a reply, the log, a Received field or 'queue list'." };
        id.Validators.Add(static result =>
        {
            string text = result.Tokens[0].Value.Trim('[', ']');
            if (text.Length is 0 or > IdMax || !text.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            {
                result.AddError($"'{result.Tokens[0].Value}' is no id.");
            }
        });
        Command command = new("explain", "Show what each filter saw and said.") { id, config, data, json };
        command.SetAction(parsed =>
        {
            if (SharedOptions.Folder(parsed, config, data) is not { } folder)
            {
                return ExitCode.Usage;
            }

            // Replies have it in brackets, and so it is pasted.
            string wanted = parsed.GetValue(id)!.Trim('[', ']');
            if (new ExplainReader(ConfigurationPaths.ExplainOf(folder)).Find(wanted) is not { } finding)
            {
                parsed.InvocationConfiguration.Error.WriteLine($"edgesmtp: nothing is known of {wanted}: it is older than what is kept, its session has not come to a decision yet, or it was never here");
                return ExitCode.Failed;
            }

            TextWriter output = parsed.InvocationConfiguration.Output;
            output.Write(parsed.GetValue(json) ? ExplainOutput.ToJson(finding) : ExplainOutput.ToText(finding));
            return ExitCode.Done;
        });
        return command;
    }
}
