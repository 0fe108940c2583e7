using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Authentication;
using EdgeSmtp.Filters.Spf;
using EdgeSmtp.Filters.Spf.Evaluation;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;

namespace EdgeSmtp.Tests.Filters.Spf;

/// <summary>A client at 192.0.2.1 that sends for <c>example.org</c>.</summary>
internal static class SpfTest
{
    public const string Client = "192.0.2.1";
    public const string Domain = "example.org";

    public static FakeDns Record(string record) => FakeDns.Empty.AddText(Domain, record);

    public static FilterHarness Harness(string behavior, FakeDns dns) => Harness(new SpfFilterOptions { Behavior = behavior }, dns);

    public static FilterHarness Harness(SpfFilterOptions options, FakeDns dns)
    {
        FilterHarness harness = FilterHarness.Of(static filters => filters.AddSpf(), options, dns, new FilterHost { Hostname = "mx.example.com" });
        harness.Session.ClientEndPoint = new IPEndPoint(IPAddress.Parse(Client), 40000);
        return harness;
    }

    public static async Task<Verdict> ToRcptAsync(FilterHarness harness, string reversePath = "sender@example.org", string? hello = null)
    {
        await harness.ConnectAsync();
        await harness.HelloAsync(hello);
        await harness.MailAsync(reversePath);
        return await harness.RcptAsync();
    }

    public static SpfResult FactOf(FilterHarness harness) =>
        harness.Context.TryRead(harness.Transaction, AuthenticationFacts.Spf, out SpfResult? result) ? result! : throw new InvalidOperationException("Nothing was published.");

    /// <summary>Values of the Received-SPF fields, in the order in which they were put in.</summary>
    public static string[] FieldsOf(FilterHarness harness) => [.. harness.Context.ChangeLog.Where(static change => change.Name == "Received-SPF").Select(static change => change.Value!)];

    public static Task<SpfResult> EvaluateAsync(FakeDns dns, SpfPolicy? policy = null, string client = Client, string localPart = "sender", string domain = Domain, string hello = "mail.example.org") =>
        new SpfEvaluator(dns, dns.Time, policy ?? SpfPolicy.Default).EvaluateAsync(
            new SpfQuery(IPAddress.Parse(client), SpfIdentity.MailFrom, localPart, domain, hello, "mx.example.com"), null, CancellationToken.None);
}
