using System.CommandLine;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Configuration.Reading;

namespace EdgeSmtp.Server.Cli;

/// <summary>Options that several commands have.</summary>
internal static class SharedOptions
{
    /// <summary>The configuration file.</summary>
    public static Option<string?> Config() => new("--config", "-c") { Description = "Configuration file. Without one the embedded default counts: loopback only.", HelpName = "FILE" };

    /// <summary>The data directory of the embedded default.</summary>
    public static Option<string?> DataDirectory() => new("--data-directory")
    {
        Description = $"Data directory when there is no file. Default ${EmbeddedConfiguration.DataVariable}, else ./{EmbeddedConfiguration.DefaultDataDirectory}.",
        HelpName = "DIR",
    };

    /// <summary>The data directory whose queue is meant.</summary>
    public static Option<string?> QueueDirectory() => new("--data-directory")
    {
        Description = "Data directory of the server, when its configuration file cannot be read.",
        HelpName = "DIR",
    };

    /// <summary>Output for programs.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print JSON." };

    /// <summary>The data directory that the command line or the configuration names. What else is wrong with the file does not matter here.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="config">Of <see cref="Config"/>.</param>
    /// <param name="data">Of <see cref="QueueDirectory"/>.</param>
    /// <returns><c>null</c> when there is none; why not has been printed.</returns>
    public static string? Folder(ParseResult parsed, Option<string?> config, Option<string?> data)
    {
        if (parsed.GetValue(data) is { } named)
        {
            return Path.GetFullPath(named);
        }

        LoadedConfiguration loaded = new ConfigurationLoader(Hosting.BuiltInFilters.Create(), parsed.GetValue(config)).Load();
        if (loaded.Options?.DataDirectory is { } folder)
        {
            return folder;
        }

        Print(loaded.Problems, parsed.InvocationConfiguration.Error);
        return null;
    }

    /// <summary>Prints what is wrong, and what to know.</summary>
    /// <param name="problems">The problems.</param>
    /// <param name="error">Takes the lines.</param>
    public static void Print(ConfigProblems problems, TextWriter error)
    {
        foreach (ConfigProblem warning in problems.Warnings)
        {
            error.WriteLine($"warning: {warning}");
        }

        foreach (ConfigProblem problem in problems.Errors)
        {
            error.WriteLine(problem);
        }
    }
}
