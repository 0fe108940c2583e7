using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace EdgeSmtp.Client.Net;

/// <summary>TLS of a connection to a server.</summary>
public sealed record ClientTlsOptions
{
    /// <summary>Opportunistic, nothing verified.</summary>
    public static ClientTlsOptions Default { get; } = new();

    /// <summary>What is asked of TLS.</summary>
    /// <value>Default <see cref="ClientTlsMode.Opportunistic"/>.</value>
    public ClientTlsMode Mode { get; init; }

    /// <summary>Whether TLS begins with the first byte (RFC 8314 §3) instead of by STARTTLS; then there is no clear text whatever the mode.</summary>
    public bool Implicit { get; init; }

    /// <summary>Name that the certificate must be valid for and that is sent as SNI; <c>null</c>: the name of the host.</summary>
    public string? ServerName { get; init; }

    /// <summary>Certificate shown when the server asks for one; <c>null</c> for none.</summary>
    public SslStreamCertificateContext? ClientCertificate { get; init; }

    /// <summary>Certificates to trust instead of those of the system; <c>null</c>: the system's.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>Time for the handshake.</summary>
    /// <value>Default 1 min.</value>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether there may be no clear text.</summary>
    public bool IsRequired => Implicit || Mode is ClientTlsMode.Require or ClientTlsMode.RequireVerified;

    /// <summary>What SslStream needs for one host.</summary>
    /// <param name="host">Name of the host, or its address in text.</param>
    internal SslClientAuthenticationOptions ForHost(string host)
    {
        bool verify = Mode == ClientTlsMode.RequireVerified;
        SslClientAuthenticationOptions options = new()
        {
            TargetHost = TargetHost(ServerName ?? host),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            ClientCertificateContext = ClientCertificate,
        };
        if (verify && TrustedRoots is not null)
        {
            X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(TrustedRoots);
            options.CertificateChainPolicy = policy;
        }

        // RFC 7435 §3: unauthenticated encryption beats clear text; there is nothing to verify a stranger's name against.
#pragma warning disable CA5359 // Deliberate, and only where the route did not ask for verification.
        if (!verify) options.RemoteCertificateValidationCallback = AcceptAny;
#pragma warning restore CA5359
        return options;
    }

    private static bool AcceptAny(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => true;

    /// <summary>RFC 6066 §3: no address is sent as SNI, which the framework sees to; a name may not end in a dot.</summary>
    private static string TargetHost(string host) => IPAddress.TryParse(host, out _) ? host : host.TrimEnd('.');
}
