using System.CommandLine;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Configuration.Checks;
using EdgeSmtp.Server.Configuration.Reading;
using EdgeSmtp.Server.Hosting;
using EdgeSmtp.Server.Logging;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Server.Cli;

/// <summary><c>edgesmtp run</c>: the server itself, in the foreground.</summary>
internal static class RunCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<string?> config = SharedOptions.Config();
        Option<string?> data = SharedOptions.DataDirectory();
        Option<bool> root = new("--allow-root") { Description = $"Run as root although others can reach the listeners. Also: {Privileges.AllowVariable}=1." };
        Command command = new("run", "Run the server until SIGTERM. SIGHUP, or a changed file, reloads the configuration.") { config, data, root };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new ConfigurationLoader(BuiltInFilters.Create(), parsed.GetValue(config), parsed.GetValue(data)),
            parsed.GetValue(root) || Privileges.AllowedByEnvironment,
            parsed.InvocationConfiguration.Error,
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ConfigurationLoader loader, bool allowRoot, TextWriter error, CancellationToken cancellationToken)
    {
        LoadedConfiguration loaded = loader.Load();
        if (!loaded.IsValid)
        {
            SharedOptions.Print(loaded.Problems, error);
            return ExitCode.Usage;
        }

        (bool mayStart, string? message) = Privileges.Judge(loaded.Options, Environment.IsPrivilegedProcess, allowRoot);
        if (!mayStart)
        {
            await error.WriteLineAsync($"edgesmtp: {message}");
            return ExitCode.Usage;
        }

        DataDirectoryCheck.Create(loaded.Options.DataDirectory!);
        using ILoggerFactory loggers = OperationalLog.Create(loaded.Options.Log);
        StartLog log = new(loggers.CreateLogger<StartLog>());
        foreach (ConfigProblem warning in loaded.Problems.Warnings)
        {
            log.Warning(warning.ToString());
        }

        if (message is not null)
        {
            log.Warning(message);
        }

        await using ServerHost? host = await ServerHost.CreateAsync(loaded, loader, loggers, TimeProvider.System, Console.OpenStandardOutput);
        if (host is null)
        {
            SharedOptions.Print(loaded.Problems, error);
            return ExitCode.Usage;
        }

        using StopSignals signals = new(host.HangUp);
        await host.StartAsync(cancellationToken);
        log.Started(loaded, host);
        await signals.WaitAsync(cancellationToken);
        log.Stopping();
        await host.StopAsync(signals.Hurry);
        log.Stopped();
        return ExitCode.Done;
    }
}
