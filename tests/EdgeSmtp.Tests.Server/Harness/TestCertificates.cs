using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeSmtp.Core.Tls;

namespace EdgeSmtp.Tests.Server.Harness;

/// <summary>Certificates of our own making, in files of a temporary folder.</summary>
internal sealed class TestCertificates : IDisposable
{
    private static readonly DateTimeOffset From = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgesmtp-certificates-");

    /// <summary>Writes a certificate with its key for names, and gives the options that name it.</summary>
    public CertificateOptions Write(string file, params string[] names)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={names[0]}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder alternatives = new();
        foreach (string name in names)
        {
            alternatives.AddDnsName(name);
        }

        request.CertificateExtensions.Add(alternatives.Build());
        using X509Certificate2 certificate = request.CreateSelfSigned(From, From.AddYears(30));
        string path = Path.Combine(_folder.FullName, file);
        File.WriteAllText(path + ".pem", certificate.ExportCertificatePem());
        File.WriteAllText(path + ".key", key.ExportPkcs8PrivateKeyPem());
        return new CertificateOptions { CertificateFile = path + ".pem", KeyFile = path + ".key" };
    }

    public string PathOf(string file) => Path.Combine(_folder.FullName, file);

    public void Dispose() => _folder.Delete(recursive: true);
}
