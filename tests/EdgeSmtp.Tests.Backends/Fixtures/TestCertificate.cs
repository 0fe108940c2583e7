using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>A self-signed certificate as two PEM files, made anew for each fixture.</summary>
internal sealed record TestCertificate(string CertificateFile, string KeyFile)
{
    /// <summary>Whether a server of these tests showed it; nobody else signs for it.</summary>
    public static bool IsOurs(X509Certificate? certificate) => certificate?.Subject is "CN=mx.example.test" or "CN=mail.next.test";

    public static TestCertificate Create(TempFolder folder, string host, string name = "tls")
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={host}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(host);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        return new(
            folder.Write($"{name}.pem", certificate.ExportCertificatePem()),
            folder.Write($"{name}.key", key.ExportPkcs8PrivateKeyPem()));
    }
}
