using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Authentication;

namespace EdgeSmtp.Samples.SpfPolicy;

/// <summary>The entry of the plug-in.</summary>
public sealed class SpfPolicyPlugIn : IFilterPlugIn
{
    /// <inheritdoc />
    public void Register(FilterRegistry filters) =>
        filters.Add<SpfPolicyFilterOptions>("SpfPolicy", static (options, context) => new SpfPolicyFilter(options, context), new FilterTraits { Requires = [AuthenticationFacts.Spf], SkipWhen = [KnownFacts.Relay] });
}
