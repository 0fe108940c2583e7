using EdgeSmtp.Abstractions.Authentication;
using EdgeSmtp.Filters.Spf.Macros;

namespace EdgeSmtp.Filters.Spf.Records;

/// <summary>A parsed record (RFC 7208 §4.6). Immutable.</summary>
/// <param name="Mechanisms">In order.</param>
/// <param name="Redirect">Target of <c>redirect=</c> (RFC 7208 §6.1).</param>
/// <param name="Explanation">Target of <c>exp=</c> (RFC 7208 §6.2).</param>
internal sealed record SpfRecord(IReadOnlyList<Mechanism> Mechanisms, MacroString? Redirect, MacroString? Explanation)
{
    /// <summary>Where redirect leads; <c>null</c> also when there is an "all", which makes it void (RFC 7208 §6.1).</summary>
    public MacroString? EffectiveRedirect => HasAll ? null : Redirect;

    private bool HasAll
    {
        get
        {
            foreach (Mechanism mechanism in Mechanisms)
            {
                if (mechanism.Kind == MechanismKind.All)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Where mechanisms of ours go: before the last run of those that do not pass, so that what the domain allows is found first and what it refuses last.</summary>
    public int LocalPolicyIndex
    {
        get
        {
            int index = Mechanisms.Count;
            while (index > 0 && Mechanisms[index - 1].Qualifier != SpfStatus.Pass)
            {
                index--;
            }

            return index;
        }
    }
}
