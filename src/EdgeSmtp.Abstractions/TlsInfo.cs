namespace EdgeSmtp.Abstractions;

/// <summary>The TLS of a session.</summary>
/// <param name="Protocol">Such as <c>TLSv1.3</c>.</param>
/// <param name="CipherSuite">IANA name, such as <c>TLS_AES_256_GCM_SHA384</c>.</param>
/// <param name="ServerName">What the client asked for by SNI; <c>null</c> when it did not.</param>
/// <param name="ClientCertificateSubject">Subject of the certificate that the client presented, unverified; <c>null</c> without one.</param>
public sealed record TlsInfo(string Protocol, string CipherSuite, string? ServerName, string? ClientCertificateSubject);
