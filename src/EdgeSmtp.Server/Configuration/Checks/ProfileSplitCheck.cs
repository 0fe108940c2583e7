using System.Globalization;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Sessions;

namespace EdgeSmtp.Server.Configuration.Checks;

/// <summary>How many messages one may become where recipients are split by profile. Only the pipeline knows which profiles differ after the content.</summary>
internal static class ProfileSplitCheck
{
    /// <summary>Finds listeners that would split into too many.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="pipeline">Its filters.</param>
    public static IEnumerable<string> Find(ServerOptions options, FilterPipeline pipeline)
    {
        List<string> kinds = [];
        IEnumerable<DomainOptions> domains = options.Domains.Values.Concat(options.DomainFiles.Values);
        foreach (string profile in domains.Select(static domain => domain.Profile ?? string.Empty).Distinct(StringComparer.Ordinal))
        {
            if (!kinds.Exists(kind => pipeline.CanShare(kind, profile)))
            {
                kinds.Add(profile);
            }
        }

        foreach ((string name, ListenerOptions listener) in options.Listeners)
        {
            if (listener.Smtp.SplitByProfile && kinds.Count > listener.Smtp.SplitMax)
            {
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{nameof(options.Listeners)}:{name}:{nameof(listener.Smtp)}:{nameof(listener.Smtp.SplitMax)}: the profiles of domains differ in {kinds.Count} ways after the content, and a message is split into {listener.Smtp.SplitMax} at most");
            }
        }
    }
}
