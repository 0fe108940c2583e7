namespace EdgeSmtp.Protocol.Proxy;

/// <summary>What the proxy tells about TLS between the client and itself (PROXY protocol 2.2.7, PP2_TYPE_SSL).</summary>
/// <param name="IsTls">Whether the client connected over TLS (PP2_CLIENT_SSL).</param>
/// <param name="HasClientCertificate">Whether it showed a certificate, in this connection or the TLS session (PP2_CLIENT_CERT_CONN, PP2_CLIENT_CERT_SESS).</param>
/// <param name="IsVerified">Whether it showed one and the proxy verified it (verify = 0).</param>
/// <param name="Version">The version's name, such as <c>TLSv1.3</c>; printable, empty when not told.</param>
/// <param name="CommonName">The common name of the certificate; printable, empty when not told.</param>
/// <param name="Cipher">The cipher's name; printable, empty when not told.</param>
public sealed record ProxyTls(bool IsTls, bool HasClientCertificate, bool IsVerified, string Version, string CommonName, string Cipher);
