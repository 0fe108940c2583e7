using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>Which certificates are believed.</summary>
internal static class LdapTrust
{
    /// <summary>How a server is authenticated whose certificate must come from one of these CAs.</summary>
    /// <param name="host">The name that it must be good for.</param>
    /// <param name="caDirectory">Folder of CA certificates; <c>null</c> for those of the system.</param>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="CryptographicException">A file there is no certificate.</exception>
    public static SslClientAuthenticationOptions For(string host, string? caDirectory)
    {
        SslClientAuthenticationOptions options = new() { TargetHost = host };
        if (caDirectory is not null)
        {
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            foreach (string file in Directory.EnumerateFiles(caDirectory))
            {
                options.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(file);
            }
        }

        return options;
    }
}
