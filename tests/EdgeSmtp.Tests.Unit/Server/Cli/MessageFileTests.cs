using System.Text;
using EdgeSmtp.Server.Cli;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Server.Cli;

public sealed class MessageFileTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a\n\nb", "a\r\n\r\nb\r\n")]
    [InlineData("a\r\nb\r\n", "a\r\nb\r\n")]
    [InlineData("a\nb\r\n.c\n", "a\r\nb\r\n.c\r\n")]
    public void WithLineEnds_AnyEditorsLines_BecomeCrLf(string text, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(MessageFile.WithLineEnds(Encoding.UTF8.GetBytes(text))));

    [Theory]
    [InlineData("127.0.0.1:25", "127.0.0.1", 25)]
    [InlineData("[::1]:2525", "::1", 2525)]
    [InlineData("mx.example.test:25", "mx.example.test", 25)]
    public void ParseServer_HostAndPort_AreTaken(string text, string host, int port)
    {
        System.Net.DnsEndPoint? server = Submission.ParseServer(text);

        Assert.Equal((host, port), (server!.Host, server.Port));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData(":25")]
    [InlineData("host:0")]
    [InlineData("host:port")]
    [InlineData("host:65536")]
    public void ParseServer_AnythingElse_IsNull(string text) => Assert.Null(Submission.ParseServer(text));
}
