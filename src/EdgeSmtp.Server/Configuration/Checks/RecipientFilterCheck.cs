using EdgeSmtp.Pipeline;
using EdgeSmtp.Server.Configuration.Filters;

namespace EdgeSmtp.Server.Configuration.Checks;

/// <summary>
/// A domain that leaves it to the filters which mailboxes exist needs a filter that says so in every session and every profile: without one, or with one in shadow,
/// switched off, or one that facts can leave out, each address would be taken.
/// </summary>
internal static class RecipientFilterCheck
{
    /// <summary>Checks.</summary>
    /// <param name="context">The configuration.</param>
    /// <param name="plan">Its filters.</param>
    public static void Check(CheckContext context, FilterPlan plan)
    {
        string section = nameof(ServerOptions.Domains);
        string? domain = context.Options.Domains.FirstOrDefault(static domain => domain.Value.Recipients is { IsFilter: true }).Key;
        if (domain is null)
        {
            section = nameof(ServerOptions.DomainFiles);
            domain = context.Options.DomainFiles.FirstOrDefault(static file => file.Value.Recipients is { IsFilter: true }).Key;
        }

        if (domain is null)
        {
            return;
        }

        FilterInstance[] deciding = [.. plan.Steps.SelectMany(static step => step.Members).Where(static instance => instance.Traits.DecidesRecipients)];
        if (deciding.Length == 0)
        {
            context.Error("\"filter\" needs a filter of type Recipients in FilterOrder", section, domain, nameof(DomainOptions.Recipients));
            return;
        }

        foreach (FilterInstance instance in deciding)
        {
            CheckInstance(context, instance, domain, nameof(ServerOptions.Filters), instance.Name);
            foreach ((string profile, IReadOnlyDictionary<string, FilterInstance> variants) in plan.Profiles)
            {
                if (variants.TryGetValue(instance.Name, out FilterInstance? variant))
                {
                    CheckInstance(context, variant, domain, nameof(ServerOptions.Profiles), profile, instance.Name);
                }
            }
        }
    }

    private static void CheckInstance(CheckContext context, FilterInstance instance, string domain, params ReadOnlySpan<string> path)
    {
        if (!instance.Driver.Enabled)
        {
            context.Error($"may not be switched off while domain '{domain}' leaves its recipients to it", [.. path, nameof(DriverOptions.Enabled)]);
        }

        if (instance.Driver.Shadow)
        {
            context.Error($"may not be in shadow while domain '{domain}' leaves its recipients to it", [.. path, nameof(DriverOptions.Shadow)]);
        }

        IEnumerable<string> skips = instance.Driver.SkipWhen ?? instance.Traits.SkipWhen.Select(static fact => fact.Name);
        if (skips.Any())
        {
            context.Error($"must be empty while domain '{domain}' leaves its recipients to it", [.. path, nameof(DriverOptions.SkipWhen)]);
        }
    }
}
