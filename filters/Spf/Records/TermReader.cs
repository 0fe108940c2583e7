using System.Diagnostics.CodeAnalysis;
using EdgeSmtp.Abstractions.Authentication;
using EdgeSmtp.Filters.Spf.Macros;

namespace EdgeSmtp.Filters.Spf.Records;

/// <summary>Reads one mechanism (RFC 7208 §12).</summary>
internal static class TermReader
{
    /// <summary>Reads it.</summary>
    public static bool TryRead(ReadOnlySpan<char> term, [NotNullWhen(true)] out Mechanism? mechanism, out string fault)
    {
        mechanism = null;
        SpfStatus qualifier = term[0] switch
        {
            '-' => SpfStatus.Fail,
            '~' => SpfStatus.SoftFail,
            '?' => SpfStatus.Neutral,
            _ => SpfStatus.Pass,
        };
        ReadOnlySpan<char> directive = term[0] is '+' or '-' or '~' or '?' ? term[1..] : term;
        int end = directive.IndexOfAny(':', '/');
        ReadOnlySpan<char> name = end < 0 ? directive : directive[..end];
        ReadOnlySpan<char> argument = end < 0 ? default : directive[end..];
        if (!TryKind(name, out MechanismKind kind))
        {
            fault = "unknown mechanism";
            return false;
        }

        Mechanism bare = new(kind, qualifier, SpfRecordParser.Shown(term));
        mechanism = kind switch
        {
            MechanismKind.All => argument.IsEmpty ? bare : null,
            MechanismKind.Include or MechanismKind.Exists => Targeted(bare, argument),
            MechanismKind.Ptr => argument.IsEmpty ? bare : Targeted(bare, argument),
            MechanismKind.A or MechanismKind.Mx => Addressed(bare, argument),
            _ => Networked(bare, argument),
        };
        fault = mechanism is null ? "mechanism with a wrong argument" : string.Empty;
        return mechanism is not null;
    }

    private static bool TryKind(ReadOnlySpan<char> name, out MechanismKind kind)
    {
        kind = default;
        return name.Length <= 7 && !name.ContainsAnyExceptInRange('!', '~') && Find(name, ref kind);
    }

    private static bool Find(ReadOnlySpan<char> name, ref MechanismKind kind)
    {
        Span<char> lower = stackalloc char[name.Length];
        name.ToLowerInvariant(lower);
        MechanismKind? found = lower switch
        {
            "all" => MechanismKind.All,
            "include" => MechanismKind.Include,
            "a" => MechanismKind.A,
            "mx" => MechanismKind.Mx,
            "ptr" => MechanismKind.Ptr,
            "ip4" => MechanismKind.Ip4,
            "ip6" => MechanismKind.Ip6,
            "exists" => MechanismKind.Exists,
            _ => null,
        };
        kind = found ?? kind;
        return found is not null;
    }

    private static Mechanism? Targeted(Mechanism bare, ReadOnlySpan<char> argument) =>
        argument is [':', ..] && MacroParser.TryParseDomain(argument[1..], out MacroString? target) ? bare with { Target = target } : null;

    private static Mechanism? Addressed(Mechanism bare, ReadOnlySpan<char> argument)
    {
        if (!DualCidr.TryCut(ref argument, out int prefixV4, out int prefixV6))
        {
            return null;
        }

        Mechanism sized = bare with { PrefixV4 = prefixV4, PrefixV6 = prefixV6 };
        return argument.IsEmpty ? sized : Targeted(sized, argument);
    }

    private static Mechanism? Networked(Mechanism bare, ReadOnlySpan<char> argument)
    {
        if (argument is not [':', ..])
        {
            return null;
        }

        argument = argument[1..];
        bool isV4 = bare.Kind == MechanismKind.Ip4;
        int prefix = isV4 ? 32 : 128;
        int slash = argument.IndexOf('/');
        if (slash >= 0 && !DualCidr.TryLength(argument[(slash + 1)..], prefix, out prefix))
        {
            return null;
        }

        ReadOnlySpan<char> address = slash < 0 ? argument : argument[..slash];
        return NetworkAddress.TryParse(address, isV4, out System.Net.IPAddress? network)
            ? bare with { Network = network, PrefixV4 = isV4 ? prefix : 32, PrefixV6 = isV4 ? 128 : prefix }
            : null;
    }
}
