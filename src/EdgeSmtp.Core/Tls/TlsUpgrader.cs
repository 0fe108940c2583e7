using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using EdgeSmtp.Core.Metrics;

namespace EdgeSmtp.Core.Tls;

/// <summary>Makes a TLS session of a connection: the one way for STARTTLS and for implicit TLS.</summary>
/// <param name="certificates">The certificates.</param>
/// <param name="time">The clock.</param>
/// <param name="metrics">Counts handshakes.</param>
public sealed class TlsUpgrader(CertificateTable certificates, TimeProvider time, IMetrics metrics)
{
    private readonly CounterHandle _tls12 = metrics.Counter(CertificateMetrics.Handshakes, "TLSv1.2");
    private readonly CounterHandle _tls13 = metrics.Counter(CertificateMetrics.Handshakes, "TLSv1.3");
    private readonly CounterHandle _failed = metrics.Counter(CertificateMetrics.Handshakes, "failed");
    private readonly CounterHandle _timedOut = metrics.Counter(CertificateMetrics.Handshakes, "timeout");

    /// <summary>Whether the listener's certificate can be used now.</summary>
    /// <param name="certificate">Its name in the configuration.</param>
    public bool CanUpgrade(string? certificate) => certificate is not null && certificates.Contains(certificate);

    /// <summary>Runs the handshake as a server.</summary>
    /// <param name="transport">The connection; nothing may be left unread of what came in clear.</param>
    /// <param name="certificate">Name of the listener's certificate; the client's SNI may choose another.</param>
    /// <param name="timeout">How long the handshake may take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns><c>null</c> when it failed: the connection can only be closed, never go on in clear (RFC 3207 §4.1).</returns>
    public async ValueTask<TlsConnection?> UpgradeAsync(IDuplexPipe transport, string certificate, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transport);
        SslStream stream = new(new DuplexPipeStream(transport.Input, transport.Output), leaveInnerStreamOpen: true);
        using CancellationTokenSource deadline = new(timeout, time);
        using CancellationTokenRegistration outer = cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), deadline);
        try
        {
            await stream.AuthenticateAsServerAsync(Choose, new Choice(certificates, certificate), deadline.Token);
            OpenSslBuffers.Release(stream);
            TlsConnection connection = new(stream);
            (stream.SslProtocol == SslProtocols.Tls13 ? _tls13 : _tls12).Add();
            return connection;
        }
        catch (OperationCanceledException)
        {
            _timedOut.Add();
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException or InvalidOperationException or NotSupportedException)
        {
            // Garbage, a client without a common version or cipher, or one that left: all of them the client's doing.
            _failed.Add();
        }

        await stream.DisposeAsync();
        return null;
    }

    private static ValueTask<SslServerAuthenticationOptions> Choose(
        SslStream stream, SslClientHelloInfo hello, object? state, CancellationToken cancellationToken)
    {
        Choice choice = (Choice)state!;
        LoadedCertificate? chosen = choice.Certificates.Choose(choice.Listener, hello.ServerName);
        return chosen is null
            ? ValueTask.FromException<SslServerAuthenticationOptions>(new AuthenticationException("No certificate is configured under that name."))
            : ValueTask.FromResult(chosen.Authentication);
    }

    private sealed record Choice(CertificateTable Certificates, string Listener);
}
