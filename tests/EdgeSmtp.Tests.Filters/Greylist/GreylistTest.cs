using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Greylist;
using EdgeSmtp.Testing.Harness;

namespace EdgeSmtp.Tests.Filters.Greylist;

/// <summary>Short ways to write sessions.</summary>
internal static class GreylistTest
{
    public static readonly GreylistFilterOptions Everywhere = new() { Domains = ["*"] };

    public static readonly GreylistRules Rules = new(TimeSpan.FromMinutes(5), TimeSpan.FromDays(2), TimeSpan.FromDays(35), 5);

    public static FilterHarness Harness(GreylistFilterOptions? options = null) => FilterHarness.Of(static filters => filters.AddGreylist(), options ?? Everywhere);

    public static void From(this FilterHarness harness, string address)
    {
        harness.NextSession();
        harness.Session.ClientEndPoint = new IPEndPoint(IPAddress.Parse(address), 40000);
    }

    /// <summary>Sends one message as far as RCPT.</summary>
    public static async Task<Verdict> SendAsync(this FilterHarness harness, string from = "sender@example.org", string to = "rcpt@example.com")
    {
        await harness.MailAsync(from);
        return await harness.RcptAsync(to);
    }

    /// <summary>Whether it passes.</summary>
    public static async Task<bool> PassesAsync(this FilterHarness harness, string from = "sender@example.org", string to = "rcpt@example.com") =>
        (await harness.SendAsync(from, to)).Reason is null;
}
