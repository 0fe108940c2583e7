using System.Collections.Frozen;

namespace EdgeSmtp.Core.Tls;

/// <summary>All certificates at one instant. Immutable; swapped as a whole.</summary>
internal sealed class CertificateSet
{
    private readonly FrozenDictionary<string, LoadedCertificate> _byConfiguredName;
    private readonly FrozenDictionary<string, LoadedCertificate> _byServerName;

    public CertificateSet(IReadOnlyDictionary<string, LoadedCertificate> certificates)
    {
        _byConfiguredName = certificates.ToFrozenDictionary(StringComparer.Ordinal);
        Dictionary<string, LoadedCertificate> names = new(StringComparer.OrdinalIgnoreCase);
        // By configured name, so that which of two certificates for one name is used does not depend on chance.
        foreach (string configured in certificates.Keys.Order(StringComparer.Ordinal))
        {
            foreach (string name in certificates[configured].Names)
            {
                names.TryAdd(name, certificates[configured]);
            }
        }

        _byServerName = names.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    public static CertificateSet Empty { get; } = new(new Dictionary<string, LoadedCertificate>());

    public IEnumerable<string> ConfiguredNames => _byConfiguredName.Keys;

    public LoadedCertificate? Named(string configuredName) => _byConfiguredName.GetValueOrDefault(configuredName);

    /// <summary>The certificate for what the client asks for (RFC 6066 §3), else the one of the listener.</summary>
    public LoadedCertificate? Choose(string listenerCertificate, string? serverName)
    {
        LoadedCertificate? own = Named(listenerCertificate);
        if (string.IsNullOrEmpty(serverName))
        {
            return own;
        }

        // The listener's own certificate goes first where it has the name, exactly or by wildcard.
        if (own is not null && Covers(own, serverName))
        {
            return own;
        }

        return _byServerName.GetValueOrDefault(serverName) ?? _byServerName.GetValueOrDefault(WildcardOf(serverName)) ?? own;
    }

    private static bool Covers(LoadedCertificate certificate, string serverName)
    {
        string wildcard = WildcardOf(serverName);
        foreach (string name in certificate.Names)
        {
            if (string.Equals(name, serverName, StringComparison.OrdinalIgnoreCase) || string.Equals(name, wildcard, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>RFC 6125 §6.4.3: the wildcard stands for the leftmost label alone.</summary>
    private static string WildcardOf(string serverName)
    {
        int dot = serverName.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? serverName : string.Concat("*", serverName.AsSpan(dot));
    }
}
