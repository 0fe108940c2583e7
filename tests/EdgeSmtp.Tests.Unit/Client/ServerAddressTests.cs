using System.Net;
using System.Net.Sockets;
using EdgeSmtp.Client.Net;
using EdgeSmtp.Testing.Dns;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Client;

public sealed class ServerAddressTests
{
    [Theory]
    [InlineData("host.example", "host.example", 7, null)]
    [InlineData("host.example:783", "host.example", 783, null)]
    [InlineData("192.0.2.1:783", "192.0.2.1", 783, null)]
    [InlineData("[2001:db8::1]:783", "2001:db8::1", 783, null)]
    [InlineData("[2001:db8::1]", "2001:db8::1", 7, null)]
    [InlineData("2001:db8::1", "2001:db8::1", 7, null)]
    [InlineData("unix:/run/a:b.sock", "localhost", 0, "/run/a:b.sock")]
    public void Address_Right_IsRead(string text, string host, int port, string? path)
    {
        Assert.True(ServerAddress.TryParse(text, 7, out ServerAddress? address));
        Assert.Equal((host, port, path, text), (address.Host, address.Port, address.Path, address.ToString()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(":783")]
    [InlineData("host:")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:+5")]
    [InlineData("host:5 ")]
    [InlineData("two words:5")]
    [InlineData("[2001:db8::1:783")]
    [InlineData("[]:783")]
    [InlineData("http://host:80")]
    [InlineData("unix:")]
    [InlineData("unix:relative")]
    public void Address_Wrong_IsRefused(string? text) => Assert.False(ServerAddress.TryParse(text, 7, out _));

    [Theory]
    [InlineData(107, true)]
    [InlineData(108, false)]
    public void Path_AtAndOverTheLimitOfTheKernel(int bytes, bool isTaken) =>
        Assert.Equal(isTaken, ServerAddress.TryParse("unix:/" + new string('x', bytes - 1), 7, out _));

    [Fact]
    public void Address_WithoutPortWhereOneIsNeeded_IsRefused() => Assert.False(ServerAddress.TryParse("host.example", 0, out _));

    // RFC 6761 §6.3: no resolver is asked.
    [Fact]
    public async Task Localhost_IsThisMachine()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Assert.True(ServerAddress.TryParse($"LocalHost:{((IPEndPoint)listener.LocalEndpoint).Port}", 0, out ServerAddress? address));
        using Socket socket = await address.ConnectAsync(FakeDns.AllTemporaryFailure, TimeProvider.System, CancellationToken.None);
        Assert.True(socket.Connected);
    }

    [Fact]
    public async Task Name_ThatHasNoAddress_SaysSo()
    {
        Assert.True(ServerAddress.TryParse("nowhere.example:5", 0, out ServerAddress? address));
        IOException error = await Assert.ThrowsAsync<IOException>(async () => await address.ConnectAsync(FakeDns.Empty, TimeProvider.System, CancellationToken.None));
        Assert.Equal("nowhere.example:5: no address is known", error.Message);
    }
}
