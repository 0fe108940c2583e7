using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.RateLimit;
using EdgeSmtp.Testing.Harness;

namespace EdgeSmtp.Tests.Filters.RateLimit;

/// <summary>Short ways to write limits and sessions.</summary>
internal static class RateLimitTest
{
    public static RateLimitFilterOptions Options(params (string Name, RateLimitOptions Limit)[] limits) =>
        new() { Limits = limits.ToDictionary(static limit => limit.Name, static limit => limit.Limit, StringComparer.Ordinal) };

    public static FilterHarness Harness(RateLimitOptions limit) => Harness(Options(("one", limit)));

    public static FilterHarness Harness(RateLimitFilterOptions options) => FilterHarness.Of(static filters => filters.AddRateLimit(), options);

    public static void From(this FilterHarness harness, string address)
    {
        harness.NextSession();
        harness.Session.ClientEndPoint = new IPEndPoint(IPAddress.Parse(address), 40000);
    }

    /// <summary>Sends one message as far as RCPT.</summary>
    public static async Task<VerdictKind> SendAsync(this FilterHarness harness, string from = "sender@example.org", params string[] to)
    {
        await harness.MailAsync(from);
        VerdictKind worst = VerdictKind.Continue;
        foreach (string recipient in to.Length == 0 ? ["rcpt@example.com"] : to)
        {
            VerdictKind kind = (await harness.RcptAsync(recipient)).Kind;
            worst = kind > worst ? kind : worst;
        }

        return worst;
    }

    /// <summary>Sends messages until one is refused, at most 100.</summary>
    public static async Task<int> CountAsync(this FilterHarness harness, string from = "sender@example.org", params string[] to)
    {
        int sent = 0;
        while (sent < 100 && await harness.SendAsync(from, to) == VerdictKind.Continue)
        {
            sent++;
        }

        return sent;
    }
}
