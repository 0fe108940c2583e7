using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Rbl;
using EdgeSmtp.Testing.Dns;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Rbl;

/// <summary>Lists of domains (RFC 5782 §4).</summary>
public sealed class RblDomainTests
{
    [Theory]
    [InlineData(RblSubject.Hello, "Mail.Bad.example", "helo-listed")]
    [InlineData(RblSubject.Hello, "mail.bad.example.", "helo-listed")]
    [InlineData(RblSubject.Hello, "mail.good.example", null)]
    [InlineData(RblSubject.Sender, "x@Mail.Bad.example", "sender-listed")]
    [InlineData(RblSubject.Sender, "x@mail.good.example", null)]
    [InlineData(RblSubject.ClientName, "Mail.Bad.example", "client-name-listed")]
    [InlineData(RblSubject.ClientName, "mail.good.example", null)]
    public async Task Rcpt_ListedName_IsRefused(RblSubject subject, string value, string? token) =>
        Assert.Equal(token, (await RunAsync(subject, RblReply.Reject, value)).Reason?.Token);

    [Theory]
    [InlineData(RblSubject.Hello, "mail.bad.example", "helo-listed-for-now")]
    [InlineData(RblSubject.Sender, "x@mail.bad.example", "sender-listed-for-now")]
    [InlineData(RblSubject.ClientName, "mail.bad.example", "client-name-listed-for-now")]
    public async Task Rcpt_ListedNameWithDefer_IsRefusedForNow(RblSubject subject, string value, string token) =>
        Assert.Equal(token, (await RunAsync(subject, RblReply.Defer, value)).Reason?.Token);

    // Lists of domains answer questions about addresses with an error code, or list them all.
    [Theory]
    [InlineData(RblSubject.Hello, "[9.8.7.6]")]
    [InlineData(RblSubject.Hello, "9.8.7.6")]
    [InlineData(RblSubject.Hello, "localhost")]
    [InlineData(RblSubject.Hello, "not a name")]
    [InlineData(RblSubject.Sender, "")]
    [InlineData(RblSubject.Sender, "x@[9.8.7.6]")]
    [InlineData(RblSubject.Sender, "postmaster")]
    public async Task Rcpt_WhatNoListKnows_IsNotAsked(RblSubject subject, string? value)
    {
        using RblTest test = Create(subject, RblReply.Reject, value, FakeDns.Empty);
        Assert.Null((await RunAsync(test, subject, value)).Reason);
        Assert.Empty(test.Harness.Dns.Questions);
    }

    [Theory]
    [InlineData("9.8.7.6", "client-name-listed")]
    [InlineData("9.8.7.5", null)]
    public async Task ClientName_UnknownToTheSession_IsFoundByTheFilter(string forward, string? token)
    {
        FakeDns dns = FakeDns.Empty.AddReverse("9.8.7.6", "mail.bad.example").AddAddress("mail.bad.example", forward).AddAddress("mail.bad.example.dbl.example", "127.0.1.2");
        using RblTest test = Create(RblSubject.ClientName, RblReply.Reject, null, dns);
        Assert.Equal(token, (await test.ToRcptAsync()).Reason?.Token);
    }

    [Fact]
    public async Task ClientName_SecondPointerIsConfirmed_IsTheName()
    {
        FakeDns dns = FakeDns.Empty.AddReverse("9.8.7.6", "forged.example").AddReverse("9.8.7.6", "mail.bad.example")
            .AddAddress("forged.example", "9.8.7.1").AddAddress("mail.bad.example", "9.8.7.6").AddAddress("mail.bad.example.dbl.example", "127.0.1.2");
        using RblTest test = Create(RblSubject.ClientName, RblReply.Reject, null, dns);
        Assert.Same(RblFilter.ClientNameListed, (await test.ToRcptAsync()).Reason);
    }

    [Fact]
    public async Task ClientName_ManyPointers_AsksAtMostTen()
    {
        FakeDns dns = FakeDns.Empty;
        for (int i = 0; i < 50; i++)
        {
            dns.AddReverse("9.8.7.6", $"n{i}.example");
        }

        using RblTest test = Create(RblSubject.ClientName, RblReply.Reject, null, dns);
        Assert.Null((await test.ToRcptAsync()).Reason);
        Assert.Equal(11, test.Harness.Dns.Questions.Count);
    }

    [Fact]
    public async Task ClientName_WithoutReverseDns_IsNotListed()
    {
        using RblTest test = Create(RblSubject.ClientName, RblReply.Reject, null, FakeDns.Empty);
        Assert.Null((await test.ToRcptAsync()).Reason);
    }

    [Theory]
    [InlineData("6.7.8.9.in-addr.arpa")]
    [InlineData("mail.bad.example")]
    public async Task ClientName_DnsFails_CountsAsFailedList(string failing)
    {
        FakeDns dns = FakeDns.Empty.AddReverse("9.8.7.6", "mail.bad.example").Fail(failing);
        using RblTest test = Create(RblSubject.ClientName, RblReply.Reject, null, dns);
        Assert.Same(RblFilter.Unchecked, (await test.ToRcptAsync()).Reason);
    }

    [Fact]
    public async Task Rcpt_SenderInULabels_IsAskedInALabels()
    {
        FakeDns dns = FakeDns.Empty.AddAddress("xn--bcher-kva.example.dbl.example", "127.0.1.2");
        using RblTest test = Create(RblSubject.Sender, RblReply.Reject, null, dns);
        Assert.Same(RblFilter.SenderListed, (await test.ToRcptAsync(reversePath: "x@bücher.example")).Reason);
    }

    [Fact]
    public async Task Hello_Again_IsAskedAgainOnlyWhenItDiffers()
    {
        using RblTest test = Create(RblSubject.Hello, RblReply.Reject, null, FakeDns.Empty.AddAddress("bad.example.dbl.example", "127.0.1.2"));
        await test.Harness.HelloAsync("good.example");
        await test.Harness.HelloAsync("GOOD.example");
        Assert.Single(test.Harness.Dns.Questions);
        await test.Harness.HelloAsync("bad.example");
        await test.Harness.MailAsync();
        Assert.Same(RblFilter.HelloListed, (await test.Harness.RcptAsync()).Reason);
    }

    [Fact]
    public async Task Sender_OfNextTransaction_IsJudgedByItself()
    {
        using RblTest test = Create(RblSubject.Sender, RblReply.Reject, null, FakeDns.Empty.AddAddress("bad.example.dbl.example", "127.0.1.2"));
        Assert.Same(RblFilter.SenderListed, (await test.ToRcptAsync(reversePath: "x@bad.example")).Reason);
        await test.Harness.MailAsync("x@good.example");
        Assert.Null((await test.Harness.RcptAsync()).Reason);
        await test.Harness.MailAsync("");
        Assert.Null((await test.Harness.RcptAsync()).Reason);
    }

    [Fact]
    public async Task Weights_OfSubjects_AddUp()
    {
        RblFilterOptions options = new()
        {
            Threshold = 2,
            Zones = [new() { Zone = "bl.example" }, new() { Zone = "dbl.example", Subject = RblSubject.Sender, Reply = RblReply.Defer }],
        };
        FakeDns dns = FakeDns.Empty.AddAddress("6.7.8.9.bl.example", "127.0.0.2").AddAddress("sender.example.dbl.example", "127.0.1.2");
        Assert.Same(RblFilter.Listed, (await RblTest.RunAsync(options, dns)).Reason);
    }

    [Fact]
    public async Task OwnText_NamesTheDomain()
    {
        RblFilterOptions options = RblTest.Zones(new RblZoneOptions { Zone = "dbl.example", Subject = RblSubject.Sender, Text = "%IP% is listed" });
        Verdict verdict = await RblTest.RunAsync(options, FakeDns.Empty.AddAddress("sender.example.dbl.example", "127.0.1.2"));
        Assert.Equal("sender.example is listed", verdict.Reason?.Text);
    }

    // QMTP has no HELO; the address and the sender are there all the same.
    [Fact]
    public async Task Qmtp_WithoutHello_IsChecked()
    {
        RblFilterOptions options = RblTest.Zones(new() { Zone = "bl.example" }, new() { Zone = "dbl.example", Subject = RblSubject.Hello });
        using RblTest test = new(options, FakeDns.Empty.AddAddress("6.7.8.9.bl.example", "127.0.0.2"));
        test.Harness.Session.ProtocolInUse = SessionProtocol.Qmtp;
        test.Harness.Session.HelloText = null;
        await test.Harness.ConnectAsync();
        await test.Harness.MailAsync();
        Assert.Same(RblFilter.Listed, (await test.Harness.RcptAsync()).Reason);
    }

    private static RblTest Create(RblSubject subject, RblReply reply, string? clientName, FakeDns dns)
    {
        RblTest test = new(RblTest.Zones(new RblZoneOptions { Zone = "dbl.example", Subject = subject, Reply = reply }), dns);
        test.Harness.Session.ReverseDns = subject == RblSubject.ClientName ? clientName : null;
        return test;
    }

    private static async Task<Verdict> RunAsync(RblSubject subject, RblReply reply, string value)
    {
        using RblTest test = Create(subject, reply, value, FakeDns.Empty.AddAddress("mail.bad.example.dbl.example", "127.0.1.2"));
        return await RunAsync(test, subject, value);
    }

    private static Task<Verdict> RunAsync(RblTest test, RblSubject subject, string? value) =>
        test.ToRcptAsync(subject == RblSubject.Hello ? value! : "hello.example", subject == RblSubject.Sender ? value! : "sender@sender.example");
}
