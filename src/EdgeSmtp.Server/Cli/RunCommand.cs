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
        await using StartingServer? server = await CreateAsync(loader, allowRoot, error);
        if (server is null)
        {
            return ExitCode.Usage;
        }

        using StopSignals signals = new(server.Host.HangUp);
        await server.Host.StartAsync(cancellationToken);
        server.Log.Started(server.Configuration, server.Options, server.Host);
        await signals.WaitAsync(cancellationToken);
        server.Log.Stopping();
        await server.Host.StopAsync(signals.Hurry);
        server.Log.Stopped();
        return ExitCode.Done;
    }

    /// <summary>Reads the configuration and makes the server. Apart from what runs as long as the server: the first configuration there would keep the first version of every plug-in loaded.</summary>
    private static async Task<StartingServer?> CreateAsync(ConfigurationLoader loader, bool allowRoot, TextWriter error)
    {
        LoadedConfiguration loaded = loader.Load();
        if (!loaded.IsValid)
        {
            SharedOptions.Print(loaded.Problems, error);
            return null;
        }

        (bool mayStart, string? message) = Privileges.Judge(loaded.Options, Environment.IsPrivilegedProcess, allowRoot);
        if (!mayStart)
        {
            await error.WriteLineAsync($"edgesmtp: {message}");
            return null;
        }

        DataDirectoryCheck.Create(loaded.Options.DataDirectory!);
        ILoggerFactory loggers = OperationalLog.Create(loaded.Options.Log);
        StartLog log = new(loggers.CreateLogger<StartLog>());
        foreach (ConfigProblem warning in loaded.Problems.Warnings)
        {
            log.Warning(warning.ToString());
        }

        if (message is not null)
        {
            log.Warning(message);
        }

        try
        {
            if (await ServerHost.CreateAsync(loaded, loader, loggers, TimeProvider.System, Console.OpenStandardOutput) is { } host)
            {
                return new StartingServer(host, loggers, log, loaded.Options, loaded.Files.Count == 0 ? null : loaded.Files[0]);
            }

            loggers.Dispose();
            SharedOptions.Print(loaded.Problems, error);
            return null;
        }
        catch
        {
            loggers.Dispose();
            throw;
        }
    }

    /// <summary>The server and what it is reported with.</summary>
    private sealed record StartingServer(ServerHost Host, ILoggerFactory Loggers, StartLog Log, ServerOptions Options, string? Configuration) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Host.DisposeAsync();
            Loggers.Dispose();
        }
    }
}
