using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>A CA that nobody but these tests trusts.</summary>
internal sealed class PrivateCa : IDisposable
{
    private readonly TempFolder _folder;
    private readonly X509Certificate2 _certificate;

    public PrivateCa(TempFolder folder)
    {
        _folder = folder;
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=Private CA of the tests", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        _certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        Directory = folder.Folder("ca");
        File = folder.Write("ca/ca.pem", _certificate.ExportCertificatePem());
    }

    /// <summary>The certificate, as a file.</summary>
    public string File { get; }

    /// <summary>The folder that holds only that.</summary>
    public string Directory { get; }

    /// <summary>A certificate for 127.0.0.1 and for this name.</summary>
    public TestCertificate Issue(string host)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={host}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(host);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, true, false));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        byte[] serial = RandomNumberGenerator.GetBytes(8);
        serial[0] &= 0x7f;
        using X509Certificate2 certificate = request.Create(_certificate, now.AddHours(-1), now.AddDays(29), serial);
        return new(
            _folder.Write($"{host}.pem", certificate.ExportCertificatePem()),
            _folder.Write($"{host}.key", key.ExportPkcs8PrivateKeyPem()));
    }

    public void Dispose() => _certificate.Dispose();
}
