using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Rbl;
using EdgeSmtp.Filters.SenderCheck;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using Xunit;

namespace EdgeSmtp.Tests.Filters.SenderCheck;

/// <summary>Under the real driver: what profiles of recipients and other filters make of it.</summary>
public sealed class SenderCheckPipelineTests
{
    private static readonly FilterRegistration Registration = Registrations.Single(static filters => filters.AddSenderCheck());

    public static TheoryData<string, bool, SenderCheckFilterOptions> Stricter => new()
    {
        { "sender-domain-unknown", false, new() },
        { "sender-client-unknown", false, Lenient with { BadMailFrom = ["@nowhere.example-"] } },
        { "sender-forged", false, Lenient with { BadMailFrom = ["@nowhere.example+"] } },
        { "sender-not-local", true, Lenient with { LocalSender = "" } },
        { "sender-not-yours", true, Lenient with { LocalSender = "!", SenderRules = ["=client.example:@client.example"] } },
    };

    private static SenderCheckFilterOptions Lenient => new() { CheckDomain = false };

    // Nobody knows the recipient before RCPT, so a variant that only his profile has has to catch up there.
    [Theory]
    [MemberData(nameof(Stricter))]
    public async Task RecipientProfile_VariantThatWasNotAskedAtMail_JudgesAtRcpt(string token, bool mayRelay, SenderCheckFilterOptions strict)
    {
        using PipelineHarness harness = new(FakeDns.Empty);
        harness.Add(Instance(Lenient)).AddProfile("strict", Instance(strict));
        await using FilterPipeline pipeline = harness.Build();
        using TestSession session = new() { Relay = mayRelay };
        await using FilterRun run = pipeline.Begin(session, RejectAt.Recipient);
        TestTransaction transaction = new(session, "a@nowhere.example");
        await run.MailAsync(transaction);
        for (int i = 0; i < 2; i++)
        {
            Recipient recipient = transaction.Ask("user@example.com");
            run.SetProfile(recipient, "strict");
            Assert.Equal(token, (await run.RcptAsync(transaction, recipient)).Reason?.Token);
        }

        Assert.Null((await run.RcptAsync(transaction, transaction.Ask("other@example.com"))).Reason);
    }

    // An allow list speaks at RCPT at the earliest, when the DNS has been asked about the domain already.
    [Theory]
    [InlineData("9.8.7.6", null)]
    [InlineData("9.8.7.5", "sender-domain-failed")]
    public async Task Client_ThatAnAllowListVouchesFor_IsSparedInItsFirstTransaction(string client, string? token)
    {
        using PipelineHarness harness = new(FakeDns.Empty.AddAddress("6.7.8.9.wl.example", "127.0.0.2").Fail("nowhere.example"));
        RblFilterOptions allow = new() { Zones = [new() { Zone = "wl.example", Kind = RblKind.Allow, SelfTest = false }] };
        harness.Add(new FilterInstance("wl", Registrations.Single(static filters => filters.AddRbl()), allow, new DriverOptions())).Add(Instance(new()));
        await using FilterPipeline pipeline = harness.Build();
        using TestSession session = new() { ClientEndPoint = new IPEndPoint(IPAddress.Parse(client), 1) };
        await using FilterRun run = pipeline.Begin(session, RejectAt.Recipient);
        await run.ConnectAsync();
        await run.HelloAsync();
        TestTransaction transaction = new(session, "a@nowhere.example");
        await run.MailAsync(transaction);
        Assert.Equal(token, (await run.RcptAsync(transaction, transaction.Ask("user@example.com"))).Reason?.Token);
    }

    private static FilterInstance Instance(SenderCheckFilterOptions options) => new("sender", Registration, options, new DriverOptions());
}
