using System.Net;
using EdgeSmtp.Abstractions.Authentication;
using EdgeSmtp.Filters.Spf.Macros;

namespace EdgeSmtp.Filters.Spf.Records;

/// <summary>One mechanism with its qualifier (RFC 7208 §4.6.2).</summary>
/// <param name="Kind">Which.</param>
/// <param name="Qualifier">The result when it matches.</param>
/// <param name="Text">As the record has it.</param>
internal sealed record Mechanism(MechanismKind Kind, SpfStatus Qualifier, string Text)
{
    /// <summary>Whose records are looked at; <c>null</c> for the domain of the record.</summary>
    public MacroString? Target { get; init; }

    /// <summary>The network of ip4 and ip6.</summary>
    public IPAddress? Network { get; init; }

    /// <summary>Length of the prefix that is compared for IPv4 clients.</summary>
    public int PrefixV4 { get; init; } = 32;

    /// <summary>Length of the prefix that is compared for IPv6 clients.</summary>
    public int PrefixV6 { get; init; } = 128;

    /// <summary>Whether it counts as a look-up (RFC 7208 §4.6.4).</summary>
    public bool AsksDns => Kind is not (MechanismKind.All or MechanismKind.Ip4 or MechanismKind.Ip6);
}
