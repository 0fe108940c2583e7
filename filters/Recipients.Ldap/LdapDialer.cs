using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>Opens connections: TCP, TLS, bind.</summary>
internal sealed class LdapDialer(LdapBackendOptions options)
{
    private const int KeepAliveIdleSeconds = 60;
    private const int KeepAliveIntervalSeconds = 10;
    private const int KeepAliveProbes = 3;

    /// <summary>Opens a connection to one server.</summary>
    /// <exception cref="LdapLinkException">There is none; the message says why.</exception>
    public async Task<LdapLink> DialAsync(LdapServer server, CancellationToken cancellationToken)
    {
        Stream? stream = null;
        try
        {
            stream = await ConnectAsync(server, cancellationToken).ConfigureAwait(false);
            if (options.Tls == LdapTls.StartTls)
            {
                // Not disposed: what it stands on lives on under TLS.
                await new LdapLink(server, stream).StartTlsAsync(cancellationToken).ConfigureAwait(false);
            }

            if (options.Tls != LdapTls.None)
            {
                SslStream secured = new(stream);
                stream = secured;
                await secured.AuthenticateAsClientAsync(TrustFor(server), cancellationToken).ConfigureAwait(false);
            }

            LdapLink link = new(server, stream);
            if (options.BindDn is not null)
            {
                await link.BindAsync(options.BindDn, await PasswordAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            }

            stream = null;
            return link;
        }
        catch (Exception error) when (error is SocketException or AuthenticationException or IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new LdapLinkException(error.Message, error);
        }
        finally
        {
            if (stream is not null)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static async Task<Stream> ConnectAsync(LdapServer server, CancellationToken cancellationToken)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // A firewall that forgot an idle connection says nothing; this notices.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveIdleSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveIntervalSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveProbes);
            await socket.ConnectAsync(server.Host, server.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private SslClientAuthenticationOptions TrustFor(LdapServer server)
    {
        SslClientAuthenticationOptions trust = new() { TargetHost = server.Host };
        if (options.CaPath is not null)
        {
            trust.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            trust.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(options.CaPath);
        }

        return trust;
    }

    private async Task<string> PasswordAsync(CancellationToken cancellationToken)
    {
        if (options.PasswordPath is null)
        {
            return options.Password!;
        }

        using StreamReader file = new(options.PasswordPath);
        return await file.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { Length: > 0 } line ? line : throw new IOException($"{options.PasswordPath} holds no password");
    }
}
