using System.DirectoryServices.Protocols;
using System.Net;

namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>Opens connections: knock, TLS, bind.</summary>
internal sealed class LdapOpener(LdapBackendOptions options, TimeSpan limit, TimeProvider time)
{
    private const int Version = 3;

    private readonly LdapProbe _probe = new(options.Tls, options.CaDirectory);
    private readonly LdapSearch _search = LdapSearch.Of(options);

    /// <summary>Opens a connection to one server, or says why there is none.</summary>
    /// <exception cref="OperationCanceledException">Nobody waits any more.</exception>
    public (LdapLink? Link, string? Trouble) Open(LdapServer server, CancellationToken cancellationToken)
    {
        if (Knock(server, cancellationToken) is { } trouble)
        {
            return (null, trouble);
        }

        LdapConnection? connection = null;
        try
        {
            connection = LdapLibrary.Instance.WithLimits(limit, options.Tls == LdapTls.None ? limit : null, () => Make(server));
            Bind(connection);
            LdapLink link = new(connection, server, _search, limit);
            connection = null;
            return (link, null);
        }
        catch (DirectoryException error)
        {
            return (null, LdapCodes.Describe(error));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The file of the password, or the folder of the CAs.
            return (null, error.Message);
        }
        finally
        {
            connection?.Dispose();
        }
    }

    private string? Knock(LdapServer server, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limited = new(limit, time);
        using CancellationTokenSource given = CancellationTokenSource.CreateLinkedTokenSource(limited.Token, cancellationToken);
        try
        {
            // This thread is ours to block.
            return _probe.KnockAsync(server, given.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "no connection in time";
        }
    }

    private LdapConnection Make(LdapServer server)
    {
        LdapConnection connection = new(new LdapDirectoryIdentifier(server.UriHost, server.Port), null, AuthType.Anonymous) { AutoBind = false };
        try
        {
            LdapSessionOptions session = connection.SessionOptions;
            session.ProtocolVersion = Version;
            session.ReferralChasing = ReferralChasingOptions.None;
            session.SecureSocketLayer = options.Tls == LdapTls.Ldaps;
            if (options.CaDirectory is not null && options.Tls != LdapTls.None)
            {
                session.TrustedCertificatesDirectory = options.CaDirectory;
                session.StartNewTlsSessionContext();
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Bind(LdapConnection connection)
    {
        if (options.Tls == LdapTls.StartTls)
        {
            StartTls(connection);
        }

        if (options.BindDn is not null)
        {
            connection.AuthType = AuthType.Basic;
            connection.Bind(new NetworkCredential(options.BindDn, Password()));
        }
        else if (options.Tls != LdapTls.StartTls)
        {
            connection.Bind();
        }
    }

    // System.DirectoryServices.Protocols names the server to libldap only when it binds, so StartTLS comes after an anonymous bind, which gives nothing away.
    // A server that wants no such bind has refused it over a connection that is open now.
    private static void StartTls(LdapConnection connection)
    {
        try
        {
            connection.Bind();
        }
        catch (DirectoryException error) when (LdapCodes.Of(error) is LdapCodes.InappropriateAuthentication or LdapCodes.UnwillingToPerform or LdapCodes.StrongerAuthRequired)
        {
        }

        connection.SessionOptions.StartTransportLayerSecurity(null);
    }

    private string Password()
    {
        if (options.PasswordPath is null)
        {
            return options.Password!;
        }

        using StreamReader file = new(options.PasswordPath);
        return file.ReadLine() is { Length: > 0 } line ? line : throw new IOException($"{options.PasswordPath} holds no password");
    }
}
