using EdgeSmtp.Filters.Recipients.Selectors;

namespace EdgeSmtp.Filters.Recipients;

/// <summary>What follows for which domain when its backend cannot tell.</summary>
/// <param name="options">Valid options.</param>
internal sealed class FailurePolicies(RecipientsFilterOptions options)
{
    private readonly (DomainSelector Selector, FailureAction Action)[] _single =
        [.. options.OnFailureOf.Select(static policy => (DomainSelector.Parse(policy.Key)!.Value, policy.Value))];

    /// <summary>The action, and the configured name under which it stands.</summary>
    /// <param name="domain">In lower-case A-labels.</param>
    public (FailureAction Action, string Selector) Of(string domain)
    {
        foreach ((DomainSelector selector, FailureAction action) in _single)
        {
            if (selector.Matches(domain))
            {
                return (action, selector.ToString());
            }
        }

        return (options.OnFailure, nameof(options.OnFailure));
    }
}
