using System.CommandLine;
using EdgeSmtp.LoadTests.Scenarios;

namespace EdgeSmtp.LoadTests.Cli;

/// <summary><c>edgesmtp-load list</c>.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        Command command = new("list", "Name the scenarios.");
        command.SetAction(static parsed =>
        {
            foreach (Scenario scenario in ScenarioCatalog.All)
            {
                parsed.InvocationConfiguration.Output.WriteLine($"{scenario.Name,-18} {scenario.Description}");
            }
        });
        return command;
    }
}
