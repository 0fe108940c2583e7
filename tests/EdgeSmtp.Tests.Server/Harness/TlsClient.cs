using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace EdgeSmtp.Tests.Server.Harness;

/// <summary>TLS as a client that asks for a certificate, whoever made it.</summary>
internal static class TlsClient
{
    /// <summary>Puts a client's stream under TLS.</summary>
    public static async Task<SslStream> SecureAsync(this TestClient client, string serverName = "mx.example.org", SslProtocols protocols = SslProtocols.None)
    {
        SslStream stream = new(client.Stream, leaveInnerStreamOpen: true);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = serverName,
            EnabledSslProtocols = protocols,
            RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null,
        });
        client.Stream = stream;
        return stream;
    }

    public static string SubjectOf(this SslStream stream) => ((X509Certificate2)stream.RemoteCertificate!).Subject;
}
