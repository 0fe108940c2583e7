using System.CommandLine;
using System.Text;
using System.Text.Json;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Configuration.Reading;
using EdgeSmtp.Server.Documentation;
using EdgeSmtp.Server.Hosting;

namespace EdgeSmtp.Server.Cli;

/// <summary><c>edgesmtp config</c>: checks and shows configurations, without a server.</summary>
internal static class ConfigCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The command with its subcommands.</summary>
    public static Command Create() => new("config", "Check and show configurations.") { Check(), Schema(), Default(), Diff() };

    private static Command Check()
    {
        Option<string?> config = SharedOptions.Config();
        Option<string?> data = SharedOptions.DataDirectory();
        Option<bool> json = SharedOptions.Json();
        Command command = new("check", "Check a configuration and print everything that is wrong with it. Exit code 2 when it may not run.") { config, data, json };
        command.SetAction(async (parsed, _) =>
        {
            ConfigurationLoader loader = new(BuiltInFilters.Create(), parsed.GetValue(config), parsed.GetValue(data));
            LoadedConfiguration loaded = await ConfigurationTrial.RunAsync(loader.Load());
            if (parsed.GetValue(json))
            {
                WriteJson(loaded.Problems, parsed.InvocationConfiguration.Output);
            }
            else
            {
                SharedOptions.Print(loaded.Problems, parsed.InvocationConfiguration.Error);
                if (loaded.IsValid)
                {
                    parsed.InvocationConfiguration.Output.WriteLine("The configuration is valid.");
                }
            }

            return loaded.IsValid ? ExitCode.Done : ExitCode.Usage;
        });
        return command;
    }

    private static Command Schema()
    {
        Option<string?> config = SharedOptions.Config();
        Command command = new("schema", "Print the JSON schema of the configuration, for editors; with a file, the types of its plug-ins are in it.") { config };
        command.SetAction(parsed =>
        {
            FilterRegistry builtIn = BuiltInFilters.Create();
            if (parsed.GetValue(config) is not { } file)
            {
                parsed.InvocationConfiguration.Output.WriteLine(ConfigurationSchema.Create(builtIn).ToJsonString(Indented));
                return ExitCode.Done;
            }

            // Written for somebody who is at it: whatever else is wrong in the file, its plug-ins are known as soon as the folder is.
            using LoadedConfiguration loaded = new ConfigurationLoader(builtIn, file).Load();
            if (loaded.PlugIns is not { } plugIns)
            {
                SharedOptions.Print(loaded.Problems, parsed.InvocationConfiguration.Error);
                return ExitCode.Usage;
            }

            parsed.InvocationConfiguration.Output.WriteLine(ConfigurationSchema.Create(plugIns.Registry).ToJsonString(Indented));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Default()
    {
        Command command = new("default", "Print the embedded default as a file to begin with.");
        command.SetAction(static parsed => parsed.InvocationConfiguration.Output.Write(EmbeddedConfiguration.Print()));
        return command;
    }

    private static Command Diff()
    {
        Argument<string> before = new("OLD") { Description = "A configuration file." };
        Argument<string> after = new("NEW") { Description = "Another one." };
        Command command = new("diff", "Print the options in which two configurations differ. Exit code 1 when they do.") { before, after };
        command.SetAction(parsed =>
        {
            ConfigProblems problems = new();
            ConfigObject? left = new ConfigFiles(problems, EnvironmentVariables.Process).Load(parsed.GetValue(before)!);
            ConfigObject? right = new ConfigFiles(problems, EnvironmentVariables.Process).Load(parsed.GetValue(after)!);
            if (left is null || right is null || problems.HasErrors)
            {
                SharedOptions.Print(problems, parsed.InvocationConfiguration.Error);
                return ExitCode.Usage;
            }

            IReadOnlyList<string> differences = ConfigDifference.Find(left, right);
            foreach (string difference in differences)
            {
                parsed.InvocationConfiguration.Output.WriteLine(difference);
            }

            return differences.Count == 0 ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    private static void WriteJson(ConfigProblems problems, TextWriter output)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartArray();
            foreach (ConfigProblem problem in problems.Errors.Concat(problems.Warnings))
            {
                json.WriteStartObject();
                json.WriteString("severity", problem.IsWarning ? "warning" : "error");
                json.WriteString("file", problem.Location.File);
                json.WriteNumber("line", problem.Location.Line);
                json.WriteString("path", problem.Path);
                json.WriteString("message", problem.Message);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        output.WriteLine(Encoding.UTF8.GetString(stream.ToArray()));
    }
}
