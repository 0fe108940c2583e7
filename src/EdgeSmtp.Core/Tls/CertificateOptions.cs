using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Core.Tls;

/// <summary>One entry of <c>Certificates</c>.</summary>
public sealed class CertificateOptions
{
    /// <summary>PEM file with the certificate, then those of its issuers. Read again when it changes.</summary>
    [Required]
    public string CertificateFile { get; set; } = string.Empty;

    /// <summary>PEM file with the private key, not encrypted. <c>null</c>, the default: it stands in <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; set; }
}
