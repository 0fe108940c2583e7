using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>
/// Knocks at a server before libldap does. libldap cannot limit a TLS handshake, and tells neither of a refused connection nor of a bad certificate more than
/// "unavailable"; a knock can be given up, and says what is wrong.
/// </summary>
internal sealed class LdapProbe(LdapTls tls, string? caDirectory)
{
    /// <summary>Connects, shakes hands where TLS is first, and leaves.</summary>
    /// <returns>What is wrong, or <c>null</c>.</returns>
    public async Task<string?> KnockAsync(LdapServer server, CancellationToken cancellationToken)
    {
        try
        {
            using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(server.Host, server.Port, cancellationToken).ConfigureAwait(false);
            if (tls == LdapTls.Ldaps)
            {
                using SslStream stream = new(new NetworkStream(socket));
                await stream.AuthenticateAsClientAsync(LdapTrust.For(server.Host, caDirectory), cancellationToken).ConfigureAwait(false);
                await stream.ShutdownAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            return null;
        }
        catch (Exception error) when (error is SocketException or AuthenticationException or IOException or UnauthorizedAccessException or CryptographicException)
        {
            return error.Message;
        }
    }
}
