using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeSmtp.Core.Tls;

/// <summary>A certificate in use, with everything that a handshake needs made once: options made for each connection would cost CPU and lose resumption.</summary>
internal sealed class LoadedCertificate
{
    private LoadedCertificate(X509Certificate2 leaf, SslServerAuthenticationOptions authentication, IReadOnlyList<string> names)
    {
        Authentication = authentication;
        Names = names;
        NotAfter = leaf.NotAfter.ToUniversalTime();
    }

    public SslServerAuthenticationOptions Authentication { get; }

    /// <summary>DNS names of the certificate, lower-case; one may begin with <c>*.</c>.</summary>
    public IReadOnlyList<string> Names { get; }

    public DateTimeOffset NotAfter { get; }

    /// <summary>Reads the files.</summary>
    /// <returns>The certificate, or why there is none.</returns>
    public static (LoadedCertificate? Certificate, string? Error) Load(CertificateOptions options)
    {
        try
        {
            string pem = File.ReadAllText(options.CertificateFile);
            string key = options.KeyFile is null ? pem : File.ReadAllText(options.KeyFile);
            X509Certificate2 leaf = X509Certificate2.CreateFromPem(pem, key);
            X509Certificate2Collection chain = [];
            chain.ImportFromPem(pem);
            // Offline: no handshake of ours waits for a stranger's web server to give an issuer.
            SslStreamCertificateContext context = SslStreamCertificateContext.Create(leaf, chain, offline: true);
            SslServerAuthenticationOptions authentication = new()
            {
                ServerCertificateContext = context,
                // RFC 8996: TLS 1.0 and 1.1 are not to be used.
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                AllowRenegotiation = false,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            };
            return (new LoadedCertificate(leaf, authentication, NamesOf(leaf)), null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException or NotSupportedException)
        {
            return (null, exception.Message);
        }
    }

    private static List<string> NamesOf(X509Certificate2 leaf)
    {
        List<string> names = [];
        foreach (X509Extension extension in leaf.Extensions)
        {
            if (extension is X509SubjectAlternativeNameExtension alternative)
            {
                foreach (string name in alternative.EnumerateDnsNames())
                {
                    names.Add(name.ToLowerInvariant().TrimEnd('.'));
                }
            }
        }

        return names;
    }
}
