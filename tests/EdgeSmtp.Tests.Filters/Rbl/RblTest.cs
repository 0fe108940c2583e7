using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Rbl;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;

namespace EdgeSmtp.Tests.Filters.Rbl;

/// <summary>A session of a client with an address of the Internet, which lists can know.</summary>
internal sealed class RblTest : IDisposable
{
    public const string Client = "9.8.7.6";
    public const string Reversed = "6.7.8.9.";

    public RblTest(RblFilterOptions options, FakeDns dns, string client = Client)
    {
        Harness = new FilterHarness(
            context =>
            {
                ((HarnessContext)context).Log = Log;
                return new RblFilter(options, context);
            },
            dns,
            Registrations.Single(static filters => filters.AddRbl()).Traits);
        Harness.Session.ClientEndPoint = new IPEndPoint(IPAddress.Parse(client), 40000);
    }

    public FilterHarness Harness { get; }

    public LogRecorder Log { get; } = new();

    public RblFilter Filter => (RblFilter)Harness.Filter;

    public static RblFilterOptions Zones(params RblZoneOptions[] zones) => new() { Zones = zones };

    /// <summary>Runs a session up to its first RCPT.</summary>
    public static async Task<Verdict> RunAsync(RblFilterOptions options, FakeDns dns, string client = Client)
    {
        using RblTest test = new(options, dns, client);
        Verdict verdict = await test.ToRcptAsync();
        await test.Harness.EndAsync();
        return verdict;
    }

    public async Task<Verdict> ToRcptAsync(string hello = "mail.client.example", string reversePath = "sender@sender.example")
    {
        await Harness.ConnectAsync();
        await Harness.HelloAsync(hello);
        await Harness.MailAsync(reversePath);
        return await Harness.RcptAsync();
    }

    public void Dispose()
    {
        Harness.Dispose();
        Log.Dispose();
    }
}
