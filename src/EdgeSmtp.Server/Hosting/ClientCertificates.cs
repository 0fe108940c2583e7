using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using EdgeSmtp.Core.Tls;

namespace EdgeSmtp.Server.Hosting;

/// <summary>The certificates that routes show to next hops which ask for one. Read once for each configuration.</summary>
/// <param name="options">The map <c>Certificates</c>, checked.</param>
internal sealed class ClientCertificates(IReadOnlyDictionary<string, CertificateOptions> options)
{
    /// <summary>Finds one.</summary>
    /// <param name="name">Key in <c>Certificates</c>.</param>
    /// <returns><c>null</c> when there is none of that name.</returns>
    public SslStreamCertificateContext? Find(string name)
    {
        if (!options.TryGetValue(name, out CertificateOptions? certificate))
        {
            return null;
        }

        X509Certificate2 leaf = X509Certificate2.CreateFromPemFile(certificate.CertificateFile, certificate.KeyFile);
        X509Certificate2Collection chain = [];
        chain.ImportFromPemFile(certificate.CertificateFile);
        return SslStreamCertificateContext.Create(leaf, chain, offline: true);
    }
}
