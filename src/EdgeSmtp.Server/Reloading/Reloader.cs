using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Configuration.Reading;
using EdgeSmtp.Server.Hosting;
using EdgeSmtp.Server.PlugIns;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Server.Reloading;

/// <summary>
/// Reads the configuration again, at SIGHUP, when a file changed, or when the command line asks. Everything is made and checked before anything is replaced;
/// what is invalid leaves all as it was, loudly. Sessions that run keep the configuration they began with.
/// </summary>
internal sealed partial class Reloader : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly ConfigurationLoader _loader;
    private readonly SnapshotFactory _factory;
    private readonly SnapshotHolder _holder;
    private readonly ServerParts _parts;
    private readonly Action _taken;
    private readonly RestartNeeds _needs;
    private readonly ReloadMetrics _metrics;
    private readonly PlugInMetrics _plugIns;
    private readonly ILogger<Reloader> _logger;
    private readonly FileWatcher _watcher;

    /// <summary>Starts to watch the files.</summary>
    /// <param name="running">The configuration in force.</param>
    /// <param name="loader">Reads it again.</param>
    /// <param name="factory">Makes what sessions and deliveries run with.</param>
    /// <param name="holder">Takes it.</param>
    /// <param name="parts">What takes settings besides.</param>
    /// <param name="taken">Called when another configuration is in force.</param>
    public Reloader(LoadedConfiguration running, ConfigurationLoader loader, SnapshotFactory factory, SnapshotHolder holder, ServerParts parts, Action taken)
    {
        _loader = loader;
        _factory = factory;
        _holder = holder;
        _parts = parts;
        _taken = taken;
        _needs = new RestartNeeds(running.Root!);
        _metrics = new ReloadMetrics(parts.Metrics);
        _logger = parts.Loggers.CreateLogger<Reloader>();
        _plugIns = new PlugInMetrics(parts.Metrics);
        _plugIns.Refused.Set(running.PlugIns!.RefusedCount);
        ReportPlugIns(running.PlugIns);
        _metrics.Valid.Set(1);
        _metrics.Loaded.Set(parts.Time.GetUtcNow().ToUnixTimeSeconds());
        _watcher = new FileWatcher(running.Files, parts.Time, () => Begin("a file changed"));
    }

    /// <summary>Reloads without waiting for the end.</summary>
    /// <param name="cause">For the log.</param>
    public void Begin(string cause) => _ = ReloadAsync(cause, CancellationToken.None);

    /// <summary>Reloads.</summary>
    /// <param name="cause">For the log.</param>
    /// <param name="cancellationToken">Gives up waiting for another reload.</param>
    /// <returns>What is wrong; empty when the new configuration is in force.</returns>
    public async Task<IReadOnlyList<string>> ReloadAsync(string cause, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            LogBegun(cause);
            IReadOnlyList<string> errors = await TryReplaceAsync();
            (errors.Count == 0 ? _metrics.Taken : _metrics.Refused).Add();
            _metrics.Valid.Set(errors.Count == 0 ? 1 : 0);
            foreach (string error in errors)
            {
                LogRefused(error);
            }

            return errors;
        }
        catch (Exception failure)
        {
            // Nobody awaits a reload that a file caused; a bug in it must not be lost, nor end the server.
            _metrics.Refused.Add();
            _metrics.Valid.Set(0);
            LogFailed(failure);
            return [failure.Message];
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _watcher.Dispose();
        _one.Dispose();
    }

    private async Task<IReadOnlyList<string>> TryReplaceAsync()
    {
        LoadedConfiguration loaded = _loader.Load();
        _watcher.Watch(loaded.Files);
        _plugIns.Refused.Set(loaded.PlugIns?.RefusedCount ?? 0);
        ServerSnapshot? snapshot = Create(loaded);
        if (snapshot is null)
        {
            loaded.Dispose();
            return [.. loaded.Problems.Errors.Select(static problem => problem.ToString())];
        }

        IReadOnlyList<string> unusable = _parts.Certificates.Configure(loaded.Options!.Certificates);
        if (unusable.Count > 0)
        {
            await snapshot.DisposeAsync();
            return [.. unusable.Select(static error => $"{nameof(ServerOptions.Certificates)}:{error}")];
        }

        foreach (ConfigProblem warning in loaded.Problems.Warnings)
        {
            LogWarning(warning.ToString());
        }

        _parts.Limits.Options = loaded.Options.Limits;
        ReportPlugIns(snapshot.PlugIns);
        ServerSnapshot replaced = _holder.Replace(snapshot);
        _taken();

        // Ends with the last session that began with it, which may be hours from now.
        _ = ReleaseAsync(replaced);
        _metrics.Loaded.Set(_parts.Time.GetUtcNow().ToUnixTimeSeconds());
        ReportRestart(_needs.Find(loaded.Root!));
        LogTaken();
        return [];
    }

    private ServerSnapshot? Create(LoadedConfiguration loaded)
    {
        try
        {
            return loaded.IsValid ? _factory.Create(loaded) : null;
        }
        catch
        {
            // Else its plug-ins would stay loaded.
            loaded.Dispose();
            throw;
        }
    }

    private async Task ReleaseAsync(ServerSnapshot replaced)
    {
        try
        {
            await replaced.DisposeAsync();
        }
        catch (Exception failure)
        {
            LogReleaseFailed(failure);
        }
    }

    private void ReportPlugIns(PlugInSet set)
    {
        _plugIns.Running.Set(set.PlugIns.Count);
        foreach (PlugIn plugIn in set.PlugIns)
        {
            LogPlugIn(plugIn.Name, plugIn.Version, plugIn.Registry.Types.Keys);
        }
    }

    private void ReportRestart(IReadOnlyList<string> sections)
    {
        _metrics.RestartNeeded.Set(sections.Count == 0 ? 0 : 1);
        if (sections.Count > 0)
        {
            LogRestartNeeded(string.Join(", ", sections));
        }
    }

    [LoggerMessage(EventId = 807, Level = LogLevel.Information, Message = "Reloading the configuration: {Cause}.")]
    private partial void LogBegun(string cause);

    [LoggerMessage(EventId = 808, Level = LogLevel.Information, Message = "The new configuration is in force.")]
    private partial void LogTaken();

    [LoggerMessage(EventId = 809, Level = LogLevel.Error, Message = "The new configuration is not valid, the old one stays in force: {Problem}")]
    private partial void LogRefused(string problem);

    [LoggerMessage(EventId = 810, Level = LogLevel.Error, Message = "Reloading failed, the old configuration stays in force.")]
    private partial void LogFailed(Exception failure);

    [LoggerMessage(EventId = 811, Level = LogLevel.Error, Message = "A filter of the old configuration threw when it was disposed.")]
    private partial void LogReleaseFailed(Exception failure);

    [LoggerMessage(EventId = 812, Level = LogLevel.Warning, Message = "Changes to {Sections} come into force at the next restart.")]
    private partial void LogRestartNeeded(string sections);

    [LoggerMessage(EventId = 816, Level = LogLevel.Information, Message = "Plug-in {PlugIn} is in force in version {Version}; types of filters: {Types}.")]
    private partial void LogPlugIn(string plugIn, string version, IEnumerable<string> types);

    [LoggerMessage(EventId = 813, Level = LogLevel.Warning, Message = "{Warning}")]
    private partial void LogWarning(string warning);
}
