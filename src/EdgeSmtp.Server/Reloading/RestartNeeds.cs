using EdgeSmtp.Delivery;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Configuration.Reading;

namespace EdgeSmtp.Server.Reloading;

/// <summary>
/// Knows which sections only a restart brings into force, because what they configure is made once. Sessions take another name of the host at once; delivery and traces do not.
/// </summary>
/// <param name="running">The configuration at start.</param>
internal sealed class RestartNeeds(ConfigObject running)
{
    private static readonly string[] Sections =
    [
        nameof(ServerOptions.Hostname), nameof(ServerOptions.OwnNames), nameof(ServerOptions.DataDirectory), nameof(ServerOptions.Listeners), nameof(ServerOptions.Http), nameof(ServerOptions.Dns),
        nameof(ServerOptions.Log), nameof(ServerOptions.Queue), nameof(ServerOptions.Staging), nameof(ServerOptions.Quarantine), nameof(ServerOptions.Pending), nameof(ServerOptions.Tracing),
        $"{nameof(ServerOptions.Delivery)}:{nameof(DeliveryOptions.MaildirThreads)}",
    ];

    /// <summary>The sections of a new configuration that differ from what runs.</summary>
    /// <param name="loaded">The new configuration.</param>
    public IReadOnlyList<string> Find(ConfigObject loaded) =>
        [.. Sections.Where(section => TextOf(running, section) != TextOf(loaded, section))];

    private static string? TextOf(ConfigObject root, string section)
    {
        ConfigNode? node = root;
        foreach (string key in section.Split(':'))
        {
            node = (node as ConfigObject)?.Members.GetValueOrDefault(key);
        }

        return node?.ToString();
    }
}
