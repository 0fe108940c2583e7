using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Sessions;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Qmtp;

/// <summary>QMTP (cr.yp.to/proto/qmtp.txt): one reply for each recipient, in order, and packages in flight.</summary>
public sealed class QmtpTests
{
    [Fact]
    public async Task Package_IsCommittedAndEachRecipientAnswered()
    {
        await using SessionHost host = QmtpHost.Start();
        TestClient client = host.Connect();
        await client.SendAsync(QmtpWire.Package("\nSubject: x\n\nhi\n", "a@b.example", "user@example.com", "nobody@example.com", "other@example.com"));
        string first = await client.NetstringAsync();
        StoredMessage message = Assert.Single(host.Store.Messages);
        Assert.Equal($"Kok {message.Id}", first);
        Assert.Equal("DRecipient unknown [*] (#5.1.1)", await client.AnswerAsync());
        Assert.Equal(first, await client.NetstringAsync());
        Assert.Equal(["user@example.com", "other@example.com"], message.To);
        Assert.Equal("Subject: x\r\n\r\nhi\r\n", message.Body);
        Assert.Contains("Received: from [192.0.2.1] (unknown [192.0.2.1])\r\n\tby mx.example.org with QMTP id ", message.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\ra\r\nb\r\n", "a\r\nb\r\n")]
    [InlineData("\na\nb", "a\r\nb")]
    [InlineData("\n", "")]
    [InlineData("\n.\n..\n", ".\r\n..\r\n")]
    public async Task Message_InEitherCoding_IsStoredWithCrLf(string wire, string stored)
    {
        await using SessionHost host = QmtpHost.Start();
        TestClient client = host.Connect();
        await client.SendAsync(QmtpWire.Package(wire, "", "user@example.com"));
        Assert.StartsWith("K", await client.NetstringAsync(), StringComparison.Ordinal);
        Assert.Equal(stored, Assert.Single(host.Store.Messages).Body);
    }

    [Theory]
    [InlineData("\na\rb\n")]
    [InlineData("\na\r\nb\n")]
    [InlineData("\ra\nb\r\n")]
    [InlineData("\ra\rb\r\n")]
    [InlineData("\na\0b\n")]
    public async Task Message_WithAStrayByte_IsRefusedForEverybody(string wire)
    {
        await using SessionHost host = QmtpHost.Start(listener => listener.RelayNetworks = Net.Of("192.0.2.0/24"));
        TestClient client = host.Connect();
        await client.SendAsync(QmtpWire.Package(wire, "a@b.example", "user@example.com", "other@example.com"));
        Assert.StartsWith("D", await client.NetstringAsync(), StringComparison.Ordinal);
        Assert.StartsWith("D", await client.NetstringAsync(), StringComparison.Ordinal);
        Assert.Equal(0, host.Store.Count);
    }

    [Fact]
    public async Task Package_ByteByByte_IsTheSame()
    {
        await using SessionHost host = QmtpHost.Start();
        TestClient client = host.Connect();
        await client.TrickleAsync(QmtpWire.Package("\nhi\n", "a@b.example", "user@example.com"));
        Assert.StartsWith("K", await client.NetstringAsync(), StringComparison.Ordinal);
        Assert.Equal("hi\r\n", Assert.Single(host.Store.Messages).Body);
    }

    [Fact]
    public async Task Client_ThatHalfCloses_StillGetsItsReplies()
    {
        await using SessionHost host = QmtpHost.Start();
        host.Store.Gate = new TaskCompletionSource();
        TestClient client = host.Connect();
        await client.SendAsync(QmtpWire.Package("\nhi\n", "a@b.example", "user@example.com"));
        client.EndHalf();
        host.Store.Gate.SetResult();
        Assert.StartsWith("K", await client.NetstringAsync(), StringComparison.Ordinal);
        await client.Served;
        Assert.Equal(1, host.Value(SessionMetrics.SessionEnds, "mx", "quit"));
    }

    [Fact]
    public async Task Packages_InFlight_AreBoundedAndAnsweredInOrder()
    {
        await using SessionHost host = QmtpHost.Start(listener => listener.Qmtp.PackagesInFlightMax = 3);
        host.Store.Gate = new TaskCompletionSource();
        TestClient client = host.Connect();
        string packages = string.Concat(Enumerable.Range(0, 10).Select(i => QmtpWire.Package($"\nm{i}\n", "a@b.example", i % 2 == 0 ? "user@example.com" : "nobody@example.com")));
        await client.SendAsync(packages);
        // 0 and 2 wait for their commit, 1 for 0; the fourth is not begun.
        Assert.Equal(2, host.Store.CommitsBegun);
        host.Store.Gate.SetResult();
        for (int i = 0; i < 10; i++)
        {
            string reply = await client.NetstringAsync();
            Assert.StartsWith(i % 2 == 0 ? "Kok " : "D", reply, StringComparison.Ordinal);
            if (i % 2 == 0)
            {
                // Commits may end in any order; replies name the message of their own package.
                Assert.Equal($"m{i}\r\n", Assert.Single(host.Store.Messages, message => reply.EndsWith(message.Id.ToString(), StringComparison.Ordinal)).Body);
            }
        }

        Assert.Equal(5, host.Store.Count);
    }

    [Fact]
    public async Task Recipient_Twice_IsAnsweredTwiceAndDeliveredOnce()
    {
        await using SessionHost host = QmtpHost.Start();
        TestClient client = host.Connect();
        await client.SendAsync(QmtpWire.Package("\nhi\n", "a@b.example", "user@example.com", "USER@example.com"));
        Assert.StartsWith("K", await client.NetstringAsync(), StringComparison.Ordinal);
        Assert.StartsWith("K", await client.NetstringAsync(), StringComparison.Ordinal);
        Assert.Single(Assert.Single(host.Store.Messages).To);
    }

    [Theory]
    [InlineData("postmaster", "K")]
    [InlineData("PostMaster@example.com", "K")]
    [InlineData("", "D")]
    [InlineData("a b", "D")]
    public async Task Recipient_ByItsForm_IsAnswered(string path, string letter)
    {
        await using SessionHost host = QmtpHost.Start();
        TestClient client = host.Connect();
        await client.SendAsync(QmtpWire.Package("\nhi\n", "", path));
        Assert.StartsWith(letter, await client.NetstringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("john doe", "\"john doe\"")]
    [InlineData("a..b", "\"a..b\"")]
    [InlineData(".a", "\".a\"")]
    [InlineData("\"john doe\"", "\"john doe\"")]
    [InlineData("x@y", null)]
    [InlineData("x\"y", null)]
    public async Task Name_ThatSmtpWouldQuote_IsTakenWithoutQuotes(string name, string? taken)
    {
        await using SessionHost host = QmtpHost.Start();
        TestClient client = host.Connect();
        await client.SendAsync(QmtpWire.Package("\nhi\n", "a@b.example", $"{name}@any.example.com"));
        await client.SendAsync(QmtpWire.Package("\nhi\n", $"{name}@b.example", "user@example.com"));
        string letter = taken is null ? "D" : "K";
        Assert.StartsWith(letter, await client.NetstringAsync(), StringComparison.Ordinal);
        Assert.StartsWith(letter, await client.NetstringAsync(), StringComparison.Ordinal);
        if (taken is not null)
        {
            Assert.Contains(host.Store.Messages, message => message.To.SequenceEqual([$"{taken}@any.example.com"]));
            Assert.Contains(host.Store.Messages, message => message.Envelope.ReversePath.ToString() == $"{taken}@b.example");
        }
    }

    [Theory]
    [InlineData("no-domain")]
    [InlineData("a@b@c")]
    [InlineData("a\0b@c.example")]
    public async Task Sender_Malformed_RefusesThePackage(string sender)
    {
        await using SessionHost host = QmtpHost.Start();
        TestClient client = host.Connect();
        await client.SendAsync(QmtpWire.Package("\nhi\n", sender, "user@example.com"));
        Assert.Equal("DBad sender address syntax [*] (#5.1.7)", await client.AnswerAsync());
    }

    [Fact]
    public async Task Addresses_OverTheLimit_AreRefusedInTheirPlace()
    {
        await using SessionHost host = QmtpHost.Start();
        TestClient client = host.Connect();
        await client.SendAsync(QmtpWire.Package("\nhi\n", "a@b.example", "user@example.com", new string('x', 2000) + "@example.com", "other@example.com"));
        Assert.StartsWith("K", await client.NetstringAsync(), StringComparison.Ordinal);
        Assert.StartsWith("D", await client.NetstringAsync(), StringComparison.Ordinal);
        Assert.StartsWith("K", await client.NetstringAsync(), StringComparison.Ordinal);
        await client.SendAsync(QmtpWire.Package("\nhi\n", new string('x', 2000), "user@example.com"));
        Assert.Equal("DSender address too long [*] (#5.1.7)", await client.AnswerAsync());
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("03:\nab,")]
    [InlineData("3:\nab;")]
    [InlineData("0:,")]
    [InlineData("3:abc,")]
    [InlineData("999999999999:")]
    public async Task Bytes_ThatAreNoPackage_EndTheConnection(string text)
    {
        await using SessionHost host = QmtpHost.Start();
        TestClient client = host.Connect();
        await client.SendAsync(text);
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
        Assert.Equal(0, host.Store.Count);
    }

    [Theory]
    [InlineData(65_536, "K")]
    [InlineData(65_537, "DMessage too large [*] (#5.3.4)")]
    [InlineData(1_000_000, "DMessage too large [*] (#5.3.4)")]
    public async Task Message_AtAndOverTheLimit_IsTakenOrRefused(int bytes, string expected)
    {
        await using SessionHost host = QmtpHost.Start(listener => listener.Qmtp.MessageSizeMax = 65_536);
        TestClient client = host.Connect();
        await client.SendAsync(QmtpWire.Package("\r" + new string('x', bytes), "a@b.example", "user@example.com"));
        Assert.StartsWith(expected, await client.AnswerAsync(), StringComparison.Ordinal);
        await client.SendAsync(QmtpWire.Package("\nhi\n", "a@b.example", "user@example.com"));
        Assert.StartsWith("K", await client.NetstringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Message_WithoutRoom_IsZ()
    {
        await using SessionHost host = QmtpHost.Start(prepare: h => h.Staging = new MemoryStaging(100));
        TestClient client = host.Connect();
        await client.SendAsync(QmtpWire.Package("\n" + new string('x', 200), "a@b.example", "user@example.com"));
        Assert.Equal("ZInsufficient system storage, try again later [*] (#4.3.1)", await client.AnswerAsync());
    }

    [Fact]
    public async Task Recipients_OverTheLimit_AreZ()
    {
        await using SessionHost host = QmtpHost.Start(listener => listener.Qmtp.RecipientsMax = 2);
        TestClient client = host.Connect();
        await client.SendAsync(QmtpWire.Package("\nhi\n", "a@b.example", "user@example.com", "other@example.com", "third@example.com"));
        Assert.StartsWith("K", await client.NetstringAsync(), StringComparison.Ordinal);
        Assert.StartsWith("K", await client.NetstringAsync(), StringComparison.Ordinal);
        Assert.Equal("ZToo many recipients [*] (#4.5.3)", await client.AnswerAsync());
    }

    [Fact]
    public async Task Recipients_FarOverTheLimit_AreStillAnsweredEach()
    {
        await using SessionHost host = QmtpHost.Start(listener => listener.Qmtp.RecipientsMax = 1);
        TestClient client = host.Connect();
        Task sent = client.SendAsync(QmtpWire.Package("\nhi\n", "a@b.example", ["user@example.com", .. Enumerable.Repeat(string.Empty, 10_000)]));
        Assert.StartsWith("K", await client.NetstringAsync(), StringComparison.Ordinal);
        await sent;
        // The client reads no more: what waits for it is what the pipe holds and a piece, not all the replies.
        Assert.InRange(host.LastConnection!.UnreadByClient, 1, 96 * 1024);
        for (int i = 0; i < 10_000; i++)
        {
            Assert.Equal("ZToo many recipients [*] (#4.5.3)", await client.AnswerAsync());
        }

        Assert.Equal(10_000, host.Value(SessionMetrics.Recipients, "mx", "too-many"));
    }

    [Fact]
    public async Task Recipients_BeyondAllMeasure_EndTheConnection()
    {
        await using SessionHost host = QmtpHost.Start(listener => listener.Qmtp.RecipientsMax = 1);
        TestClient client = host.Connect();
        await client.SendAsync(QmtpWire.Package("\nhi\n", "a@b.example", ["user@example.com", .. Enumerable.Repeat(string.Empty, 10_001)]));
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
        client.EndHalf();
        await client.Served;
        Assert.Equal(0, host.Store.Count);
        Assert.Equal(1, host.Value(SessionMetrics.SessionEnds, "mx", "violation"));
    }

    [Fact]
    public async Task Qmqp_RecipientsOverTheLimit_AreZForAll()
    {
        await using SessionHost host = new(listener =>
        {
            listener.Protocol = SessionProtocol.Qmqp;
            listener.RelayNetworks = Net.Of("192.0.2.0/24");
            listener.Qmtp.RecipientsMax = 1;
        });
        TestClient client = host.Connect();
        await client.SendAsync(QmtpWire.Qmqp("hi\n", "a@b.example", "user@example.com", "other@example.com"));
        Assert.Equal("ZToo many recipients [*] (#4.5.3)", await client.AnswerAsync());
        Assert.Equal(0, host.Store.Count);
    }

    [Fact]
    public async Task Message_InALoop_IsD()
    {
        await using SessionHost host = QmtpHost.Start();
        TestClient client = host.Connect();
        await client.SendAsync(QmtpWire.Package("\n" + string.Concat(Enumerable.Repeat("Received: x\n", 100)) + "\nhi\n", "a@b.example", "user@example.com"));
        Assert.Equal("DToo many hops [*] (#5.4.6)", await client.AnswerAsync());
    }

    [Theory]
    [InlineData(CommitResult.Full, "Z")]
    [InlineData(CommitResult.Failed, "Z")]
    public async Task Store_ThatTakesNothing_IsZ(CommitResult result, string letter)
    {
        await using SessionHost host = QmtpHost.Start();
        host.Store.Result = result;
        TestClient client = host.Connect();
        await client.SendAsync(QmtpWire.Package("\nhi\n", "a@b.example", "user@example.com"));
        Assert.StartsWith(letter, await client.NetstringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Store_ThatThrows_IsZAndTheNextPackageIsTaken()
    {
        await using SessionHost host = QmtpHost.Start();
        host.Store.Failure = new IOException("the disk");
        TestClient client = host.Connect();
        string package = QmtpWire.Package("\nhi\n", "a@b.example", "user@example.com");
        await client.SendAsync(package);
        Assert.StartsWith("Z", await client.NetstringAsync(), StringComparison.Ordinal);
        host.Store.Failure = null;
        await client.SendAsync(package);
        Assert.StartsWith("K", await client.NetstringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_TellWhatParametersWouldHave()
    {
        await using SessionHost host = QmtpHost.Start();
        TestClient client = host.Connect();
        await client.SendAsync(QmtpWire.Package("\nA: b\n\n\xc3\xbc\n", "a@b.example", "user@example.com"));
        await client.NetstringAsync();
        await client.SendAsync(QmtpWire.Package("\nA: \xc3\xbc\n\nplain\n", "a@b.example", "user@example.com"));
        await client.NetstringAsync();
        await client.SendAsync(QmtpWire.Package("\nA: b\n\nplain\n", "a@b.example", "j\xc3\xbcrgen@b\xc3\xbc" + "cher.example"));
        await client.NetstringAsync();
        Assert.Equal(
            [EnvelopeFlags.EightBit, EnvelopeFlags.EightBit | EnvelopeFlags.SmtpUtf8, EnvelopeFlags.SmtpUtf8],
            host.Store.Messages.Select(message => message.Envelope.Flags));
    }

    [Fact]
    public async Task Client_ThatPauses_IsCut()
    {
        await using SessionHost host = QmtpHost.Start();
        TestClient client = host.Connect();
        await client.SendAsync("30:\nhalf a");
        host.Time.Advance(TimeSpan.FromSeconds(302));
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Drain_BetweenPackages_EndsTheConnection_WithinOneItIsFinished()
    {
        await using SessionHost host = QmtpHost.Start();
        TestClient idle = host.Connect();
        TestClient busy = host.Connect();
        string package = QmtpWire.Package("\nhi\n", "a@b.example", "user@example.com");
        await busy.SendAsync(package[..10]);
        host.Drain.Begin();
        Assert.Equal(string.Empty, await idle.ReadToEndAsync());
        await busy.SendAsync(package[10..]);
        Assert.StartsWith("K", await busy.NetstringAsync(), StringComparison.Ordinal);
        Assert.Equal(string.Empty, await busy.ReadToEndAsync());
    }

    [Fact]
    public async Task Qmqp_HasOneReplyForAll()
    {
        await using SessionHost host = new(listener =>
        {
            listener.Protocol = SessionProtocol.Qmqp;
            listener.RelayNetworks = Net.Of("192.0.2.0/24");
        });
        TestClient client = host.Connect();
        await client.SendAsync(QmtpWire.Qmqp("hi\n", "a@b.example", "user@example.com", "far@elsewhere.example"));
        Assert.StartsWith("Kok ", await client.NetstringAsync(), StringComparison.Ordinal);
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
        Assert.Equal(["user@example.com", "far@elsewhere.example"], Assert.Single(host.Store.Messages).To);

        TestClient refused = host.Connect();
        await refused.SendAsync(QmtpWire.Qmqp("hi\n", "a@b.example", "user@example.com", "nobody@example.com"));
        Assert.StartsWith("D", await refused.NetstringAsync(), StringComparison.Ordinal);
        Assert.Equal(1, host.Store.Count);
    }
}
