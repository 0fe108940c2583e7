using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeSmtp.Core.Tls;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Tls;

/// <summary>The buffers of a TLS session. The first test is what notices that a new framework has moved the handle, or a new distribution the library.</summary>
public sealed class OpenSslBuffersTests : IDisposable
{
    private readonly TestCertificates _files = new();

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Release_OfASession_IsDoneAndHarmsNothing(SslProtocols protocol)
    {
        (SslStream server, SslStream client) = await HandshakeAsync(protocol);
        await using (server)
        await using (client)
        {
            Assert.True(OpenSslBuffers.Release(server));
            for (int size = 1; size <= 200_000; size *= 10)
            {
                byte[] sent = RandomNumberGenerator.GetBytes(size);
                await Task.WhenAll(client.WriteAsync(sent).AsTask(), CheckAsync(server, sent));
                await Task.WhenAll(server.WriteAsync(sent).AsTask(), CheckAsync(client, sent));
            }
        }
    }

    [Fact]
    public void Release_BeforeAHandshake_IsNothing()
    {
        using SslStream stream = new(new MemoryStream());
        Assert.False(OpenSslBuffers.Release(stream));
    }

    public void Dispose() => _files.Dispose();

    private static async Task CheckAsync(SslStream stream, byte[] expected)
    {
        byte[] read = new byte[expected.Length];
        await stream.ReadExactlyAsync(read);
        Assert.Equal(expected, read);
    }

    private async Task<(SslStream Server, SslStream Client)> HandshakeAsync(SslProtocols protocol)
    {
        CertificateOptions files = _files.Write("mx", "mx.example.org");
        using X509Certificate2 certificate = X509Certificate2.CreateFromPemFile(files.CertificateFile, files.KeyFile);
        Pipe there = new(), back = new();
        SslStream server = new(new DuplexPipeStream(there.Reader, back.Writer));
        SslStream client = new(new DuplexPipeStream(back.Reader, there.Writer));
        await Task.WhenAll(
            server.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate, EnabledSslProtocols = protocol }),
            client.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "mx.example.org", RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null }));
        return (server, client);
    }
}
