using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EdgeSmtp.Client.Net;
using EdgeSmtp.Client.Smtp;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Tests.Unit.Client;

/// <summary>What the tests of the client share.</summary>
internal static class ClientCase
{
    public const string Hello = "edge.example.test";

    private static readonly Lazy<X509Certificate2> Self = new(() => MakeCertificate("mx.example.test"));

    public static X509Certificate2 Certificate => Self.Value;

    public static SmtpClientOptions Options(ClientTlsMode tls = ClientTlsMode.None) => new() { HelloName = Hello, Tls = new ClientTlsOptions { Mode = tls } };

    public static SmtpTarget Target(EndPoint endPoint) => new("mx.example.test", endPoint);

    public static MailPath Path(string text)
    {
        PathError error = MailPathParser.TryParse(Encoding.UTF8.GetBytes(text), allowUtf8: true, out MailPath path);
        return error == PathError.None ? path : throw new ArgumentException($"{text}: {error}");
    }

    public static SmtpTransaction Transaction(string content, params string[] recipients) => new()
    {
        ReversePath = Path("sender@example.org"),
        Recipients = [.. recipients.Select(recipient => new SmtpRecipient(Path(recipient)))],
        Content = Bytes(content),
    };

    public static ReadOnlySequence<byte> Bytes(string content) => new(Encoding.UTF8.GetBytes(content));

    public static async Task<SmtpClientConnection> OpenAsync(FakeSmtpServer server, SmtpClientOptions? options = null)
    {
        SmtpConnectResult result = await SmtpClientConnection.OpenAsync(Target(server.EndPoint), options ?? Options(), TimeProvider.System, CancellationToken.None);
        return result.Connection ?? throw new InvalidOperationException(result.Failure!.ToString());
    }

    public static async Task<SmtpConnectFailure> FailToOpenAsync(EndPoint endPoint, SmtpClientOptions? options = null, TimeProvider? time = null)
    {
        SmtpConnectResult result = await SmtpClientConnection.OpenAsync(Target(endPoint), options ?? Options(), time ?? TimeProvider.System, CancellationToken.None);
        return result.Failure ?? throw new InvalidOperationException("The connection was opened.");
    }

    public static X509Certificate2 MakeCertificate(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 made = request.CreateSelfSigned(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2040, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
