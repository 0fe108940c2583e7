using EdgeSmtp.Client.Net;
using EdgeSmtp.Client.Smtp;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Client;

public sealed class SmtpOpeningTests
{
    [Fact]
    public async Task Open_ServerKnowsEhlo_CapabilitiesAreRead()
    {
        await using FakeSmtpServer server = new() { Extensions = { "CHUNKING", "BINARYMIME", "smtputf8" } };
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server);

        SmtpCapabilities offered = connection.Capabilities;
        Assert.True(offered.Pipelining && offered.EightBitMime && offered.Dsn && offered.Chunking && offered.BinaryMime && offered.SmtpUtf8 && offered.Size);
        Assert.Equal(10_000_000, offered.SizeBytesMax);
        Assert.False(offered.StartTls);
        Assert.Equal($"EHLO {ClientCase.Hello}", server.Commands.First());
        Assert.Null(connection.Tls);
    }

    [Fact]
    public async Task Open_ServerRefusesEhlo_HeloIsTried() // RFC 5321 §3.2
    {
        await using FakeSmtpServer server = new() { Reply = line => line.StartsWith("EHLO", StringComparison.Ordinal) ? "502 5.5.1 what" : null };
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server);

        Assert.Equal(SmtpCapabilities.None, connection.Capabilities);
        Assert.Equal($"HELO {ClientCase.Hello}", server.Commands.Last());
    }

    [Theory]
    [InlineData("450 4.7.0 later")]
    [InlineData("554 5.7.1 go away")]
    public async Task Open_GreetingIsNot220_FailsWithTheReply(string greeting) // RFC 5321 §3.1
    {
        await using FakeSmtpServer server = new() { Greeting = greeting };
        SmtpConnectFailure failure = await ClientCase.FailToOpenAsync(server.EndPoint);

        Assert.Equal(ConnectStage.Greeting, failure.Stage);
        Assert.Equal(greeting, failure.Reply!.ToString());
    }

    [Fact]
    public async Task Open_EhloAndHeloRefused_FailsAtHello()
    {
        await using FakeSmtpServer server = new() { Reply = line => line.Contains("LO ", StringComparison.Ordinal) ? "550 5.7.1 no" : null };
        SmtpConnectFailure failure = await ClientCase.FailToOpenAsync(server.EndPoint);
        Assert.Equal(ConnectStage.Hello, failure.Stage);
        Assert.Equal(550, failure.Reply!.Code);
    }

    [Fact]
    public async Task Open_Ehlo4xx_HeloIsNotTried()
    {
        await using FakeSmtpServer server = new() { Reply = line => line.StartsWith("EHLO", StringComparison.Ordinal) ? "421 4.3.2 closing" : null };
        SmtpConnectFailure failure = await ClientCase.FailToOpenAsync(server.EndPoint);
        Assert.Equal(421, failure.Reply!.Code);
        Assert.DoesNotContain(server.Commands, command => command.StartsWith("HELO", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Open_Lmtp_SaysLhlo() // RFC 2033 §4.1
    {
        await using FakeSmtpServer server = new() { Lmtp = true };
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server, ClientCase.Options() with { Protocol = ClientProtocol.Lmtp });
        Assert.Equal($"LHLO {ClientCase.Hello}", server.Commands.Single());
    }

    [Fact]
    public async Task Open_NobodyListens_IsRefused()
    {
        FakeSmtpServer server = new();
        System.Net.IPEndPoint endPoint = server.EndPoint;
        await server.DisposeAsync();
        SmtpConnectFailure failure = await ClientCase.FailToOpenAsync(endPoint);
        Assert.Equal((ConnectStage.Dial, DialFailure.Refused), (failure.Stage, failure.Dial));
    }

    [Fact]
    public async Task Open_OpportunisticAndOffered_GoesThroughTlsAndSaysHelloAgain() // RFC 3207 §4.2, RFC 7435
    {
        await using FakeSmtpServer server = new() { Certificate = ClientCase.Certificate };
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server, ClientCase.Options(ClientTlsMode.Opportunistic));

        Assert.NotNull(connection.Tls);
        Assert.StartsWith("TLSv1.", connection.Tls.Protocol, StringComparison.Ordinal);
        Assert.Equal([$"EHLO {ClientCase.Hello}", "STARTTLS", $"EHLO {ClientCase.Hello}"], server.Commands);
        SmtpSendResult result = await connection.SendAsync(ClientCase.Transaction("Subject: x\r\n\r\nhi\r\n", "a@example.net"), CancellationToken.None);
        Assert.Equal(RecipientOutcome.Accepted, result.Recipients[0].Outcome);
        Assert.True(server.Messages.Single().Tls);
    }

    [Theory]
    [InlineData(ClientTlsMode.Require, false)]
    [InlineData(ClientTlsMode.RequireVerified, false)]
    [InlineData(ClientTlsMode.Opportunistic, true)]
    [InlineData(ClientTlsMode.None, true)]
    public async Task Open_StartTlsNotOffered_OnlyRequiredModesFail(ClientTlsMode mode, bool opens)
    {
        await using FakeSmtpServer server = new();
        SmtpConnectResult result = await SmtpClientConnection.OpenAsync(ClientCase.Target(server.EndPoint), ClientCase.Options(mode), TimeProvider.System, CancellationToken.None);
        using SmtpClientConnection? connection = result.Connection;
        Assert.Equal(opens, connection is not null);
        if (!opens) Assert.Equal(ConnectStage.StartTls, result.Failure!.Stage);
    }

    [Theory]
    [InlineData(ClientTlsMode.Require, false)]
    [InlineData(ClientTlsMode.Opportunistic, true)]
    public async Task Open_StartTlsRefused_OpportunisticGoesOnInClear(ClientTlsMode mode, bool opens)
    {
        await using FakeSmtpServer server = new() { Certificate = ClientCase.Certificate, Reply = line => line == "STARTTLS" ? "454 4.7.0 not now" : null };
        SmtpConnectResult result = await SmtpClientConnection.OpenAsync(ClientCase.Target(server.EndPoint), ClientCase.Options(mode), TimeProvider.System, CancellationToken.None);
        using SmtpClientConnection? connection = result.Connection;
        Assert.Equal(opens, connection is not null);
        if (!opens) Assert.Equal(454, result.Failure!.Reply!.Code);
    }

    [Fact]
    public async Task Open_HandshakeFails_IsReportedAsSuch()
    {
        await using LoopbackServer server = new(async peer =>
        {
            await peer.WriteAsync("220 hi\r\n");
            await peer.ReadLineAsync();
            await peer.WriteAsync("250-fake\r\n250 STARTTLS\r\n");
            await peer.ReadLineAsync();
            await peer.WriteAsync("220 go\r\n");
            await peer.WriteAsync("this is no TLS record, is it? no, it is not.\r\n");
            await peer.DrainAsync();
        });
        SmtpConnectFailure failure = await ClientCase.FailToOpenAsync(server.EndPoint, ClientCase.Options(ClientTlsMode.Opportunistic));
        // Depending on how the bytes arrive they are an injection or a broken handshake; neither goes on over this connection.
        Assert.Contains(failure.Stage, new[] { ConnectStage.Handshake, ConnectStage.StartTls });
    }

    [Fact]
    public async Task Open_ClearTextBehindStartTlsReply_DropsTheConnection() // RFC 3207 §6
    {
        await using LoopbackServer server = new(async peer =>
        {
            await peer.WriteAsync("220 hi\r\n");
            await peer.ReadLineAsync();
            await peer.WriteAsync("250-fake\r\n250 STARTTLS\r\n");
            await peer.ReadLineAsync();
            await peer.WriteAsync("220 go\r\n250-injected\r\n250 DSN\r\n");
            await peer.DrainAsync();
        });
        SmtpConnectFailure failure = await ClientCase.FailToOpenAsync(server.EndPoint, ClientCase.Options(ClientTlsMode.Opportunistic));
        Assert.Equal(WireFailure.OutOfStep, failure.Wire);
        Assert.False(failure.IsHandshake);
    }

    [Fact]
    public async Task Open_VerifiedAndTrusted_Succeeds()
    {
        await using FakeSmtpServer server = new() { Certificate = ClientCase.Certificate };
        ClientTlsOptions tls = new() { Mode = ClientTlsMode.RequireVerified, TrustedRoots = [ClientCase.Certificate] };
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server, ClientCase.Options() with { Tls = tls });
        Assert.NotNull(connection.Tls);
    }

    [Fact]
    public async Task Open_VerifiedAndOtherName_FailsInTheHandshake()
    {
        await using FakeSmtpServer server = new() { Certificate = ClientCase.Certificate };
        ClientTlsOptions tls = new() { Mode = ClientTlsMode.RequireVerified, TrustedRoots = [ClientCase.Certificate], ServerName = "other.example.test" };
        SmtpConnectFailure failure = await ClientCase.FailToOpenAsync(server.EndPoint, ClientCase.Options() with { Tls = tls });
        Assert.True(failure.IsHandshake);
    }

    [Fact]
    public async Task Open_VerifiedAndUntrusted_FailsInTheHandshake()
    {
        await using FakeSmtpServer server = new() { Certificate = ClientCase.Certificate };
        SmtpConnectFailure failure = await ClientCase.FailToOpenAsync(server.EndPoint, ClientCase.Options(ClientTlsMode.RequireVerified));
        Assert.True(failure.IsHandshake);
    }

    [Fact]
    public async Task Open_ImplicitTls_StartsWithTheHandshake() // RFC 8314 §3
    {
        await using FakeSmtpServer server = new() { Certificate = ClientCase.Certificate, ImplicitTls = true };
        using SmtpClientConnection connection = await ClientCase.OpenAsync(server, ClientCase.Options() with { Tls = new ClientTlsOptions { Implicit = true } });
        Assert.NotNull(connection.Tls);
        Assert.DoesNotContain("STARTTLS", server.Commands);
    }
}
