using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.Inspection;
using EdgeSmtp.Server.Admin;
using Xunit;

namespace EdgeSmtp.Tests.Server.Program;

/// <summary>Start, drain and stop of the whole server.</summary>
public sealed class LifeCycleTests
{
    [Fact]
    public async Task Start_Everything_IsReadyAndMeasured()
    {
        await using TestServer server = await new TestServer().StartAsync();

        Assert.Equal((HttpStatusCode.OK, "ready\n"), await server.HttpAsync("/health/ready"));
        Assert.Equal((HttpStatusCode.OK, "alive\n"), await server.HttpAsync("/health/live"));
        Assert.Equal("1", await server.MetricAsync("edgesmtp_ready"));
        Assert.Equal("1", await server.MetricAsync("edgesmtp_config_valid"));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Start_AdminSocket_IsForItsOwnerAlone()
    {
        await using TestServer server = await new TestServer().StartAsync();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(AdminSocket.PathOf(server.DataDirectory)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(server.DataDirectory));
    }

    [Fact]
    public async Task Start_AddressInUse_FailsAndGivesTheQueueFree()
    {
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        await using TestServer server = new();
        server.Members["Listeners"] = $$"""{ "smtp": { "Address": "{{other.LocalEndpoint}}" } }""";

        await Assert.ThrowsAnyAsync<IOException>(server.StartAsync);
        await server.Host.DisposeAsync();

        server.Members["Listeners"] = """{ "smtp": { "Address": "127.0.0.1:0" } }""";
        await server.StartAsync();
        Assert.Equal("1", await server.MetricAsync("edgesmtp_ready"));
    }

    [Fact]
    public async Task Start_SocketFileOfACrashedServer_IsReplaced()
    {
        await using TestServer server = new();
        Directory.CreateDirectory(server.DataDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using (Socket crashed = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            crashed.Bind(new UnixDomainSocketEndPoint(AdminSocket.PathOf(server.DataDirectory)));
        }

        await server.StartAsync();

        using AdminClient client = new(AdminSocket.PathOf(server.DataDirectory));
        using HttpResponseMessage? response = await client.GetAsync("queue", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response!.StatusCode);
    }

    [Fact]
    public async Task Stop_IdleSession_Gets421AndARunningTransactionFinishes()
    {
        await using TestServer server = new();
        server.Members["Domains"] = """{ "example.test": { "Recipients": [ "user" ], "Route": "later" } }""";
        server.Members["Routes"] = """{ "later": { "Transport": "smtp", "NextHop": "127.0.0.1:9" } }""";
        await server.StartAsync();
        using LineClient idle = await LineClient.GreetAsync(server.Smtp);
        using LineClient busy = await LineClient.GreetAsync(server.Smtp);
        await busy.SayAsync("MAIL FROM:<a@sender.test>");
        await busy.SayAsync("RCPT TO:<user@example.test>");
        Assert.StartsWith("354 ", await busy.SayAsync("DATA"), StringComparison.Ordinal);

        Task stopped = server.StopAsync();

        Assert.StartsWith("421 4.3.2", await idle.ReplyAsync(), StringComparison.Ordinal);
        Assert.Null(await idle.ReplyAsync());
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "draining\n"), await server.HttpAsync("/health/ready"));
        await Assert.ThrowsAnyAsync<SocketException>(() => LineClient.ConnectAsync(server.Smtp));
        Assert.False(stopped.IsCompleted);

        Assert.StartsWith("250 ", await busy.SayAsync("Subject: last\r\n\r\nbody\r\n."), StringComparison.Ordinal);
        Assert.StartsWith("421 4.3.2", await busy.ReplyAsync(), StringComparison.Ordinal);
        await stopped;

        MessageSummary message = Assert.Single(QueueReader.Open(Path.Combine(server.DataDirectory, "queue")).List());
        Assert.Equal(1, message.RecipientsLeft);
        Assert.False(File.Exists(AdminSocket.PathOf(server.DataDirectory)));
    }

    [Fact]
    public async Task Stop_SessionThatDoesNotEnd_IsCutAfterItsTime()
    {
        await using TestServer server = new();
        server.Members["Drain"] = """{ "SessionsMax": "00:00:01", "DeliveriesMax": "00:00:00" }""";
        await server.StartAsync();
        using LineClient stuck = await LineClient.GreetAsync(server.Smtp);
        await stuck.SayAsync("MAIL FROM:<a@sender.test>");
        await stuck.SayAsync("RCPT TO:<user@example.test>");
        await stuck.SayAsync("DATA");

        await server.StopAsync();

        Assert.Empty(QueueReader.Open(Path.Combine(server.DataDirectory, "queue")).List());
    }

    [Fact]
    public async Task Stop_AfterAReload_TakesTheNewTimes()
    {
        await using TestServer server = new();
        server.Members["Drain"] = """{ "SessionsMax": "01:00:00", "DeliveriesMax": "00:00:00" }""";
        await server.StartAsync();
        server.Members["Drain"] = """{ "SessionsMax": "00:00:01", "DeliveriesMax": "00:00:00" }""";
        server.Write();
        Assert.Empty(await server.Host.Reloader.ReloadAsync("a test", TestContext.Current.CancellationToken));
        using LineClient stuck = await LineClient.GreetAsync(server.Smtp);
        await stuck.SayAsync("MAIL FROM:<a@sender.test>");
        await stuck.SayAsync("RCPT TO:<user@example.test>");
        await stuck.SayAsync("DATA");

        await server.StopAsync().WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    // The process ends, and the thread with it; else somebody would have to kill it.
    [Fact]
    public async Task Stop_FilterThatHoldsItsThread_IsLeftBehind()
    {
        using ManualResetEventSlim go = new();
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = new();
        server.Registry.Add("Blocking", _ => new BlockingRcpt(reached, go));
        server.Members["FilterOrder"] = """[ "blocking" ]""";
        server.Members["Filters"] = """{ "blocking": { "Type": "Blocking" } }""";
        server.Members["Drain"] = """{ "SessionsMax": "00:00:01", "DeliveriesMax": "00:00:00" }""";
        await server.StartAsync();
        using LineClient client = await LineClient.GreetAsync(server.Smtp);
        await client.SayAsync("MAIL FROM:<a@sender.test>");
        Task<string?> reply = client.SayAsync("RCPT TO:<user@example.test>");
        await reached.Task;

        await server.StopAsync().WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        Assert.False(File.Exists(AdminSocket.PathOf(server.DataDirectory)));
        go.Set();
        await ((Task)reply).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    [Fact]
    public async Task Stop_SecondSignal_EndsTheWaitForDeliveries()
    {
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        await using TestServer server = new();
        server.Members["Domains"] = """{ "example.test": { "Recipients": [ "user" ], "Route": "silent" } }""";
        server.Members["Routes"] = $$"""{ "silent": { "Transport": "smtp", "NextHop": "{{silent.LocalEndpoint}}" } }""";
        server.Members["Drain"] = """{ "DeliveriesMax": "01:00:00" }""";
        await server.StartAsync();
        using (LineClient client = await LineClient.GreetAsync(server.Smtp))
        {
            await client.SayAsync("MAIL FROM:<a@sender.test>");
            await client.SayAsync("RCPT TO:<user@example.test>");
            await client.SayAsync("DATA");
            Assert.StartsWith("250 ", await client.SayAsync("Subject: x\r\n\r\nbody\r\n."), StringComparison.Ordinal);
        }

        using TcpClient delivery = await silent.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        using CancellationTokenSource hurry = new();
        Task stopped = server.Host.StopAsync(hurry.Token);
        Assert.False(stopped.IsCompleted);
        await hurry.CancelAsync();
        await stopped.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        Assert.Single(QueueReader.Open(Path.Combine(server.DataDirectory, "queue")).List());
    }

    private sealed class BlockingRcpt(TaskCompletionSource reached, ManualResetEventSlim go) : IRcptFilter
    {
        public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken)
        {
            reached.TrySetResult();
            go.Wait(CancellationToken.None);
            return Verdict.Continue;
        }
    }
}
