using EdgeSmtp.Filters.RateLimit;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Server.Configuration.Filters;

namespace EdgeSmtp.Server.Configuration.Checks;

/// <summary>Nobody can log in yet, so a limit by user never acts: whoever relies on one has to be told.</summary>
internal static class LoginCheck
{
    /// <summary>Checks.</summary>
    /// <param name="context">The configuration.</param>
    /// <param name="plan">Its filters.</param>
    public static void Check(CheckContext context, FilterPlan plan)
    {
        // TODO RFC 4954: without AUTH no session has a user.
        HashSet<(string Filter, string Limit)> told = [];
        foreach (FilterInstance instance in plan.Steps.SelectMany(static step => step.Members))
        {
            Warn(context, instance, told, nameof(ServerOptions.Filters), instance.Name);
        }

        // A profile has the limits of the filter, too, besides those that it sets.
        foreach ((string profile, IReadOnlyDictionary<string, FilterInstance> variants) in plan.Profiles)
        {
            foreach (FilterInstance variant in variants.Values)
            {
                Warn(context, variant, told, nameof(ServerOptions.Profiles), profile, variant.Name);
            }
        }
    }

    private static void Warn(CheckContext context, FilterInstance instance, HashSet<(string Filter, string Limit)> told, params ReadOnlySpan<string> path)
    {
        if (instance.Options is not RateLimitFilterOptions options)
        {
            return;
        }

        foreach ((string name, RateLimitOptions limit) in options.Limits)
        {
            if (limit.Key == RateKeyKind.User && told.Add((instance.Name, name)))
            {
                context.Warn("limits nobody: the server offers no AUTH, so no client has a user", [.. path, nameof(options.Limits), name, nameof(limit.Key)]);
            }
        }
    }
}
