using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Configuration.Reading;

namespace EdgeSmtp.Server.Reloading;

/// <summary>Knows which sections only a restart brings into force, because what they configure is made once.</summary>
/// <param name="running">The configuration at start.</param>
internal sealed class RestartNeeds(ConfigObject running)
{
    private static readonly string[] Sections =
    [
        nameof(ServerOptions.DataDirectory), nameof(ServerOptions.Listeners), nameof(ServerOptions.Http), nameof(ServerOptions.Dns), nameof(ServerOptions.Log),
        nameof(ServerOptions.Queue), nameof(ServerOptions.Staging), nameof(ServerOptions.Quarantine), nameof(ServerOptions.Pending), nameof(ServerOptions.Tracing),
    ];

    /// <summary>The sections of a new configuration that differ from what runs.</summary>
    /// <param name="loaded">The new configuration.</param>
    public IReadOnlyList<string> Find(ConfigObject loaded) =>
        [.. Sections.Where(section => running.Members.GetValueOrDefault(section)?.ToString() != loaded.Members.GetValueOrDefault(section)?.ToString())];
}
