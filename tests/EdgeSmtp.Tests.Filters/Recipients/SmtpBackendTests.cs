using System.Net;
using System.Net.Sockets;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Recipients;
using EdgeSmtp.Filters.Recipients.Smtp;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Toolkit.Recipients;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Recipients;

/// <summary>Call-forward to a host with several addresses.</summary>
public sealed class SmtpBackendTests : RecipientsTest
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    // A silent address must not keep the other from being asked for ever: five look-ups that run out of time would count the whole host as dead.
    [Fact]
    public async Task Host_FirstAddressIsSilent_NextLookupAsksTheOther()
    {
        using TcpListener silent = new(IPAddress.Parse("127.0.0.2"), 0);
        silent.Start();
        int port = ((IPEndPoint)silent.LocalEndpoint).Port;
        using TcpListener working = new(IPAddress.Parse("127.0.0.3"), port);
        working.Start();
        Task serving = ServeAsync(working);

        SmtpBackendOptions options = new() { Host = "mbox.example", Port = port, HelloName = "mx.example.com", Timeout = Deadline, IdleMax = 0 };
        FilterHarness harness = Create(new RecipientsFilterOptions { Lines = ["example.com:mbox"], Backends = new Dictionary<string, FilterPart<IRecipientBackend>> { ["mbox"] = Part(options) } });
        harness.Dns.AddAddress("mbox.example", "127.0.0.2", "127.0.0.3");

        Task<FilterReason?> asked = AskAsync(harness, "a@example.com");
        using TcpClient held = await silent.AcceptTcpClientAsync(TestContext.Current.CancellationToken);

        // The connection is there before the client looks at its clock.
        while (!asked.IsCompleted)
        {
            harness.Time.Advance(Deadline);
            await Task.WhenAny(asked, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken));
        }

        await asked;

        for (int i = 0; i < 2; i++)
        {
            Assert.Null(await AskAsync(harness, $"b{i}@example.com").WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        }

        working.Stop();
        await serving;
    }

    private static FilterPart<IRecipientBackend> Part(SmtpBackendOptions options)
    {
        FilterRegistry registry = new();
        registry.AddRecipients();
        return (FilterPart<IRecipientBackend>)registry.FindPart(typeof(IRecipientBackend), "Smtp")!.Bind(options);
    }

    /// <summary>Knows every recipient.</summary>
    private static async Task ServeAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using TcpClient client = await listener.AcceptTcpClientAsync();
                using StreamReader reader = new(client.GetStream());
                await using StreamWriter writer = new(client.GetStream()) { NewLine = "\r\n", AutoFlush = true };
                await writer.WriteLineAsync("220 mbox.example");
                while (await reader.ReadLineAsync() is { } line && line != "QUIT")
                {
                    await writer.WriteLineAsync("250 fine");
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or IOException or OperationCanceledException)
        {
            // The test is over.
        }
    }
}
