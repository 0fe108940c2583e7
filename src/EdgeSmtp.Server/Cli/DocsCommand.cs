using System.CommandLine;
using EdgeSmtp.Server.Documentation;
using EdgeSmtp.Server.Hosting;

namespace EdgeSmtp.Server.Cli;

/// <summary><c>edgesmtp docs</c>: writes the pages that are generated from declarations. For developers, so not in the help.</summary>
internal static class DocsCommand
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create()
    {
        Command command = new("docs", "Print generated pages of the documentation.") { Hidden = true };
        command.Subcommands.Add(Page("configuration", static () => ConfigurationReference.Create(BuiltInFilters.Create())));
        command.Subcommands.Add(Page("metrics", MetricsReference.Create));
        command.Subcommands.Add(Page("reasons", ReasonsReference.Create));
        return command;
    }

    private static Command Page(string name, Func<string> create)
    {
        Command command = new(name, $"Print docs/{name}.md.");
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.Write(create()));
        return command;
    }
}
