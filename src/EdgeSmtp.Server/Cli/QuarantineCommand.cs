using System.CommandLine;
using EdgeSmtp.Server.Admin;

namespace EdgeSmtp.Server.Cli;

/// <summary><c>edgesmtp quarantine</c>: shows, releases and deletes messages in quarantine. Asks the running server; without one, it reads the files and changes nothing.</summary>
internal static class QuarantineCommand
{
    private const string Collection = "quarantine";

    /// <summary>The command with its subcommands.</summary>
    public static Command Create() => new(Collection, "Show, release and delete messages in quarantine.")
    {
        List(),
        Show(),
        Release(),
        Delete(),
    };

    private static Command List()
    {
        Option<string?> config = SharedOptions.Config();
        Option<string?> data = SharedOptions.QueueDirectory();
        Option<bool> json = SharedOptions.Json();
        Option<TimeSpan?> older = new("--older") { Description = "Only what is there at least so long, as [days.]hh:mm:ss.", HelpName = "TIME" };
        Option<TimeSpan?> newer = new("--newer") { Description = "Only what is there at most so long.", HelpName = "TIME" };
        Option<string?> reason = new("--reason") { Description = "Only what a filter put there for this reason, such as 'virus'.", HelpName = "TOKEN" };
        Option<string?> recipient = new("--recipient") { Description = "Only what is for an address with this in it.", HelpName = "TEXT" };
        Command command = new("list", "List messages in quarantine, oldest first.") { older, newer, reason, recipient, config, data, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            QuarantineFilter filter = new()
            {
                OlderThan = parsed.GetValue(older),
                NewerThan = parsed.GetValue(newer),
                Reason = parsed.GetValue(reason),
                Recipient = parsed.GetValue(recipient),
            };
            InvocationConfiguration console = parsed.InvocationConfiguration;
            return SharedOptions.Folder(parsed, config, data) is { } folder
                ? await ListAsync(folder, filter, new QuarantineOutput(console, parsed.GetValue(json)), new QueueOutput(console, json: false), cancellationToken)
                : ExitCode.Usage;
        });
        return command;
    }

    private static async Task<int> ListAsync(string folder, QuarantineFilter filter, QuarantineOutput output, QueueOutput complaints, CancellationToken cancellationToken)
    {
        using AdminClient client = new(AdminSocket.PathOf(folder));
        using HttpResponseMessage? response = await client.GetAsync(Collection + filter.ToQuery(), cancellationToken);
        if (response is { IsSuccessStatusCode: false })
        {
            complaints.Complain((await response.Content.ReadAsStringAsync(cancellationToken)).TrimEnd());
            return ExitCode.Failed;
        }

        if (response is not null)
        {
            using StreamReader lines = new(await response.Content.ReadAsStreamAsync(cancellationToken));
            while (await lines.ReadLineAsync(cancellationToken) is { } line)
            {
                output.ListLine(line);
            }
        }
        else if (OfflineQueue.Open(folder, complaints) is { } queue)
        {
            await queue.ListQuarantineAsync(filter, output, cancellationToken);
        }
        else
        {
            return ExitCode.Failed;
        }

        output.EndList();
        return ExitCode.Done;
    }

    private static Command Show()
    {
        Option<string?> config = SharedOptions.Config();
        Option<string?> data = SharedOptions.QueueDirectory();
        Option<bool> json = SharedOptions.Json();
        Option<bool> content = new("--content") { Description = "Print the whole message, not only its header." };
        Argument<string> id = MessageIdArguments.One("quarantine list");
        Command command = new("show", "Show envelope, verdicts and header of a message.") { id, config, data, json, content };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            QueueOutput output = new(parsed.InvocationConfiguration, parsed.GetValue(json));
            return SharedOptions.Folder(parsed, config, data) is { } folder
                ? await QueueView.ShowAsync(folder, Collection, MessageIdArguments.Parse(parsed.GetValue(id)!), parsed.GetValue(content), output, cancellationToken)
                : ExitCode.Usage;
        });
        return command;
    }

    private static Command Release()
    {
        Option<string[]> to = new("--to") { Description = "Only this recipient; may be given several times. The others stay in quarantine.", HelpName = "ADDRESS" };
        return Change("release", "Deliver messages, unchanged, to their recipients.", "Every message in quarantine.", to);
    }

    private static Command Delete() => Change("delete", "Delete messages for good.", "Every message in quarantine.", to: null);

    private static Command Change(string name, string description, string allDescription, Option<string[]>? to)
    {
        Option<string?> config = SharedOptions.Config();
        Option<string?> data = SharedOptions.QueueDirectory();
        Option<bool> all = new("--all") { Description = allDescription };
        Argument<string[]> ids = MessageIdArguments.Several("quarantine list");
        Command command = new(name, description) { ids, all, config, data };
        if (to is not null)
        {
            command.Add(to);
        }

        MessageIdArguments.RequireIdsOrAll(command, ids, all);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            QueueOutput output = new(parsed.InvocationConfiguration, json: false);
            IReadOnlyList<string>? chosen = parsed.GetValue(all) ? null : parsed.GetValue(ids);
            string query = string.Join('&', (to is null ? null : parsed.GetValue(to) ?? [])?.Select(static address => "to=" + Uri.EscapeDataString(address)) ?? []);
            string action = query.Length == 0 ? name : $"{name}?{query}";
            return SharedOptions.Folder(parsed, config, data) is { } folder ? await QueueChange.ApplyAsync(folder, Collection, action, chosen, output, cancellationToken) : ExitCode.Usage;
        });
        return command;
    }
}
