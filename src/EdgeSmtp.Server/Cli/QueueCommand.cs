using System.CommandLine;
using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Server.Cli;

/// <summary><c>edgesmtp queue</c>: shows and changes queued messages. Asks the running server; without one, it reads the files and changes nothing.</summary>
internal static class QueueCommand
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create() => new("queue", "Show and change queued messages.")
    {
        List(),
        Show(),
        Change("retry", OperatorAction.Retry, "Make messages due now."),
        Change("remove", OperatorAction.Remove, "Drop messages without a report to the sender."),
        Change("hold", OperatorAction.Hold, "Hold messages until they are released."),
        Change("release", OperatorAction.Release, "Release held messages, due now."),
    };

    private static Command List()
    {
        Option<string?> config = SharedOptions.Config();
        Option<string?> data = SharedOptions.QueueDirectory();
        Option<bool> json = SharedOptions.Json();
        Command command = new("list", "List queued messages, oldest first.") { config, data, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            QueueOutput output = new(parsed.InvocationConfiguration, parsed.GetValue(json));
            return SharedOptions.Folder(parsed, config, data) is { } folder ? await QueueView.ListAsync(folder, output, cancellationToken) : ExitCode.Usage;
        });
        return command;
    }

    private static Command Show()
    {
        Option<string?> config = SharedOptions.Config();
        Option<string?> data = SharedOptions.QueueDirectory();
        Option<bool> json = SharedOptions.Json();
        Option<bool> content = new("--content") { Description = "Print the whole message, not only its header." };
        Argument<string> id = MessageIdArguments.One("queue list");
        Command command = new("show", "Show one queued message.") { id, config, data, json, content };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            QueueOutput output = new(parsed.InvocationConfiguration, parsed.GetValue(json));
            return SharedOptions.Folder(parsed, config, data) is { } folder
                ? await QueueView.ShowAsync(folder, "queue", MessageIdArguments.Parse(parsed.GetValue(id)!), parsed.GetValue(content), output, cancellationToken)
                : ExitCode.Usage;
        });
        return command;
    }

    private static Command Change(string name, OperatorAction action, string description)
    {
        Option<string?> config = SharedOptions.Config();
        Option<string?> data = SharedOptions.QueueDirectory();
        Option<bool> all = new("--all") { Description = "Every message." };
        Argument<string[]> ids = MessageIdArguments.Several("queue list");
        Command command = new(name, description) { ids, all, config, data };
        MessageIdArguments.RequireIdsOrAll(command, ids, all);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            QueueOutput output = new(parsed.InvocationConfiguration, json: false);
            IReadOnlyList<string>? chosen = parsed.GetValue(all) ? null : parsed.GetValue(ids);
            return SharedOptions.Folder(parsed, config, data) is { } folder ? await QueueChange.ApplyAsync(folder, "queue", action.ToString().ToLowerInvariant(), chosen, output, cancellationToken) : ExitCode.Usage;
        });
        return command;
    }
}
