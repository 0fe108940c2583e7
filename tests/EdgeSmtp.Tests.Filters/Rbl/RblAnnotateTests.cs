using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Rbl;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Rbl;

/// <summary>rblsmtpd's interrogation mode (<c>-i</c>): nothing is refused, listings become header fields.</summary>
public sealed class RblAnnotateTests
{
    private static readonly RblFilterOptions OneList = new() { Action = RblAction.Annotate, Zone = "bl.example" };

    [Fact]
    public async Task Rcpt_ListedClient_IsNotedAndNotRefused()
    {
        using RblTest test = new(OneList, Listed("bl"));
        Assert.Null((await test.ToRcptAsync()).Reason);
        Assert.Equal(new RecordedChange("InsertHeader", "X-RBL-Info", 0, "bl.example lists 9.8.7.6 (127.0.0.2)", null), Assert.Single(test.Harness.Context.ChangeLog));
        Assert.Empty(test.Harness.Context.Scores);
    }

    [Fact]
    public async Task Rcpt_SeveralListings_AreOneFieldEach()
    {
        RblFilterOptions options = new()
        {
            Action = RblAction.Annotate,
            FieldName = "X-Lists",
            Zones =
            [
                new() { Zone = "bl.example", IncludeTxt = true, Weight = 0 },
                new() { Zone = "clean.example" },
                new() { Zone = "dbl.example", Subject = RblSubject.Sender, Text = "%IP% again" },
                new() { Zone = "dbl.example", Subject = RblSubject.ClientName },
            ],
        };
        FakeDns dns = Listed("bl").AddText("6.7.8.9.bl.example", "Bad\r\nX-Forged: yes")
            .AddAddress("sender.example.dbl.example", "127.0.1.2")
            .AddReverse("9.8.7.6", "mail.client.example").AddAddress("mail.client.example", "9.8.7.6").AddAddress("mail.client.example.dbl.example", "127.0.1.9");
        using RblTest test = new(options, dns);
        Assert.Null((await test.ToRcptAsync()).Reason);
        Assert.Equal(
            [
                "bl.example lists 9.8.7.6 (127.0.0.2): Bad??X-Forged: yes",
                "dbl.example lists mail.client.example (127.0.1.9)",
                "dbl.example lists sender.example (127.0.1.2): sender.example again",
            ],
            test.Harness.Context.ChangeLog.Select(static change => change.Value));
        Assert.All(test.Harness.Context.ChangeLog, static change => Assert.Equal("X-Lists", change.Name));
    }

    [Fact]
    public async Task Rcpt_ManyRecipients_NoteEachTransactionOnce()
    {
        using RblTest test = new(OneList, Listed("bl"));
        await test.ToRcptAsync();
        await test.Harness.RcptAsync("second@example.com");
        Assert.Single(test.Harness.Context.ChangeLog);
        await test.Harness.MailAsync();
        await test.Harness.RcptAsync();
        Assert.Equal(2, test.Harness.Context.ChangeLog.Count);
    }

    [Fact]
    public async Task Rcpt_UnlistedClient_IsNotNoted()
    {
        using RblTest test = new(OneList, FakeDns.Empty);
        Assert.Null((await test.ToRcptAsync()).Reason);
        Assert.Empty(test.Harness.Context.ChangeLog);
    }

    // Whoever may not refuse may not defer either, whatever the policy for failures is.
    [Theory]
    [InlineData(OnLookupFailure.Continue)]
    [InlineData(OnLookupFailure.Defer)]
    public async Task Rcpt_ListFails_PassesLoudly(OnLookupFailure policy)
    {
        using RblTest test = new(OneList with { OnLookupFailure = policy }, FakeDns.AllTemporaryFailure);
        Assert.Same(RblFilter.Unchecked, (await test.ToRcptAsync()).Reason);
        Assert.Empty(test.Harness.Context.ChangeLog);
        Assert.StartsWith("Warning: List bl.example cannot be asked", Assert.Single(test.Log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rcpt_AllowListed_IsNotNoted()
    {
        RblFilterOptions options = new() { Action = RblAction.Annotate, Zones = [new() { Zone = "bl.example" }, new() { Zone = "wl.example", Kind = RblKind.Allow }] };
        using RblTest test = new(options, Listed("bl", "wl"));
        Assert.Null((await test.ToRcptAsync()).Reason);
        Assert.Empty(test.Harness.Context.ChangeLog);
        Assert.Same(KnownFacts.Trusted, Assert.Single(test.Harness.Context.Facts).Key);
    }

    private static FakeDns Listed(params string[] zones)
    {
        FakeDns dns = FakeDns.Empty;
        foreach (string zone in zones)
        {
            dns.AddAddress($"{RblTest.Reversed}{zone}.example", "127.0.0.2");
        }

        return dns;
    }
}
