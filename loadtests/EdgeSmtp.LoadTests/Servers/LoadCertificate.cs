using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeSmtp.LoadTests.Servers;

/// <summary>A certificate for one run.</summary>
internal static class LoadCertificate
{
    /// <summary>Writes <c>certificate.pem</c> and <c>key.pem</c>.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="now">When it begins to be valid.</param>
    public static void Write(string folder, DateTimeOffset now)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=load.test", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddMinutes(-5), now.AddDays(7));
        File.WriteAllText(Path.Combine(folder, "certificate.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
        File.SetUnixFileMode(Path.Combine(folder, "key.pem"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
