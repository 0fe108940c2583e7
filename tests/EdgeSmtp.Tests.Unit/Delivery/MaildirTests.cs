using System.Buffers;
using System.Text;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Delivery.Maildirs;
using EdgeSmtp.Delivery.Routing;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Delivery;

/// <summary>Ruling §8.25 and spec §16.</summary>
public sealed class MaildirTests
{
    [Fact]
    public async Task Deliver_Message_LiesInNewWithLfAndOurFieldsInFront()
    {
        await using DeliveryCase world = Start();
        Settlement settlement = await world.DeliverAsync("sender@example.org", "joe@local.test");
        Assert.Equal([0], settlement.Done);
        string text = File.ReadAllText(OneFile(world, "local.test", "joe"));
        Assert.Equal("Return-Path: <sender@example.org>\nDelivered-To: joe@local.test\n" + DeliveryCase.Message.Replace("\r\n", "\n", StringComparison.Ordinal), text);
        Assert.Empty(Directory.GetFiles(Path.Join(world.Folder, "maildirs/local.test/joe/tmp")));
        Assert.True(Directory.Exists(Path.Join(world.Folder, "maildirs/local.test/joe/cur")));
    }

    [Fact]
    public async Task Deliver_NullSenderAndOtherReturnPath_OursReplacesIt()
    {
        await using DeliveryCase world = Start();
        await world.Store.EndOfAttemptAsync(world.Submit(string.Empty, ["joe@local.test"], "Return-Path: <old@x>\r\nSubject: a\r\n folded\r\nreturn-path:\r\n <older@x>\r\n\r\nReturn-Path: body\r\n"));
        Assert.Equal("Return-Path: <>\nDelivered-To: joe@local.test\nSubject: a\n folded\n\nReturn-Path: body\n", File.ReadAllText(OneFile(world, "local.test", "joe")));
    }

    [Theory]
    [InlineData("Delivered-To: joe@local.test\r\n")]
    [InlineData("Subject: x\r\ndelivered-to:  JOE@Local.Test \r\n")]
    public async Task Deliver_WasHereBefore_FailsForGood(string header)
    {
        await using DeliveryCase world = Start();
        Settlement settlement = await world.Store.EndOfAttemptAsync(world.Submit("s@example.org", ["joe@local.test"], header + "\r\nx\r\n"));
        Assert.Equal("5.4.6", ReportTests.Field(Assert.Single(settlement.Reports), "Status"));
    }

    [Fact]
    public async Task Deliver_WasAtAnotherMailbox_IsDelivered()
    {
        await using DeliveryCase world = Start();
        Settlement settlement = await world.Store.EndOfAttemptAsync(world.Submit("s@example.org", ["joe@local.test"], "Delivered-To: jim@local.test\r\n\r\nx\r\n"));
        Assert.Empty(settlement.Reports);
    }

    [Fact]
    public async Task Deliver_BinaryContent_BodyStaysAsItIs()
    {
        await using DeliveryCase world = Start();
        await world.Store.EndOfAttemptAsync(world.Submit("s@example.org", ["joe@local.test"], "Subject: x\r\n\r\na\r\nb\rc\n\0", EnvelopeFlags.Binary));
        Assert.EndsWith("Subject: x\n\r\na\r\nb\rc\n\0", File.ReadAllText(OneFile(world, "local.test", "joe")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deliver_Extension_GoesToTheBase() // RFC 5233
    {
        await using DeliveryCase world = Start();
        await world.DeliverAsync("s@example.org", "Joe+Lists@local.test");
        Assert.Contains("Delivered-To: Joe+Lists@local.test\n", File.ReadAllText(OneFile(world, "local.test", "joe")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deliver_DiskFails_IsTriedAgain()
    {
        await using DeliveryCase world = new() { Files = new FailingFiles(failAt: 0) };
        world.RouteTo("local.test", TransportKind.Maildir).Start();
        Settlement settlement = await world.DeliverAsync("s@example.org", "joe@local.test");
        Assert.Empty(settlement.Done);
        Assert.NotNull(settlement.NextAttempt);
    }

    /// <summary>Each step fails in turn: the message is never in <c>new</c> before its content is durable, never reported as delivered before its name is.</summary>
    [Fact]
    public void Deliver_EveryStepFailsInTurn_NothingIsClaimedTooEarly()
    {
        for (int failAt = 0; ; failAt++)
        {
            FailingFiles files = new(failAt);
            string folder = Path.Join(Path.GetTempPath(), $"edgesmtp-test-{Guid.NewGuid():N}");
            try
            {
                MaildirWriter writer = new(files, new MaildirName("host", TimeProvider.System));
                bool delivered = false;
                try
                {
                    delivered = writer.Deliver(Request(folder));
                }
                catch (IOException)
                {
                }

                files.AssertOrder(delivered);
                if (!files.Failed)
                {
                    Assert.True(delivered);
                    Assert.True(failAt > 12, $"only {failAt} steps");
                    return;
                }

                Assert.False(delivered);
                // The next attempt, on a healthy disk, succeeds whatever was left behind.
                Assert.True(new MaildirWriter(new LinuxMaildirFiles(), new MaildirName("host", TimeProvider.System)).Deliver(Request(folder)));
            }
            finally
            {
                if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            }
        }
    }

    [Theory]
    [InlineData("joe", "joe")]
    [InlineData("joe.smith+x-y_z=1", "joe.smith+x-y_z=1")]
    [InlineData("..", "%2E.")]
    [InlineData(".", "%2E")]
    [InlineData(".hidden", "%2Ehidden")]
    [InlineData("../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd")]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("a\0b", "a%00b")]
    [InlineData("a%2fb", "a%252fb")]
    [InlineData("", "%")]
    [InlineData("jörg", "j%C3%B6rg")]
    [InlineData("a b\n", "a%20b%0A")]
    public void Encode_AnyText_IsOneFolder(string text, string name) => Assert.Equal(name, MaildirPath.Encode(text));

    [Fact]
    public void Encode_LongTexts_FitAndStayDifferent()
    {
        string one = MaildirPath.Encode(new string('ö', 300));
        string other = MaildirPath.Encode(new string('ö', 301));
        Assert.NotEqual(one, other);
        Assert.True(one.Length <= 200 && other.Length <= 200);
    }

    [Theory]
    [InlineData("\"../../x\"", "d.test", "/data/maildirs/d.test/%2E.%2F..%2Fx")]
    [InlineData("\"joe\"", "d.test", "/data/maildirs/d.test/joe")]
    [InlineData("\"a\\\"b\"", "d.test", "/data/maildirs/d.test/a%22b")]
    [InlineData("{domain}", "d.test", "/data/maildirs/d.test/%7Bdomain%7D")]
    [InlineData("joe", "[192.0.2.1]", "/data/maildirs/%5B192.0.2.1%5D/joe")]
    [InlineData("joe", "../up", "/data/maildirs/%2E.%2Fup/joe")]
    public void Resolve_HostileParts_StayBelowTheFolder(string local, string domain, string path)
    {
        Assert.Equal(path, MaildirPath.Resolve("{DataDirectory}/maildirs/{domain}/{local}", "/data", domain, local));
        Assert.StartsWith("/data/maildirs/", Path.GetFullPath(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Next_ManyNames_AreAllDifferent()
    {
        MaildirName names = new("a/b:c", TimeProvider.System);
        HashSet<string> all = [];
        for (int i = 0; i < 1000; i++) Assert.True(all.Add(names.Next()));
        Assert.All(all, name => Assert.True(name.EndsWith(@".a\057b\072c", StringComparison.Ordinal) && !name.Contains('/')));
    }

    [Fact]
    public void Write_SplitAtEveryByte_GivesTheSame()
    {
        byte[] content = "a\r\nb\rc\n\r\r\nd\r"u8.ToArray();
        for (int cut = 0; cut <= content.Length; cut++)
        {
            MemoryFiles files = new();
            using Microsoft.Win32.SafeHandles.SafeFileHandle none = new();
            LineEndWriter writer = new(files, none, new byte[3]);
            writer.Write(content.AsSpan(0, cut), convert: true);
            writer.Write(content.AsSpan(cut), convert: true);
            writer.Finish();
            Assert.Equal("a\nb\rc\n\r\nd\r", files.Text);
        }
    }

    internal static MaildirRequest Request(string folder) => new()
    {
        Directory = Path.Join(folder, "d", "u"),
        ReversePath = "s@x"u8.ToArray(),
        DeliveredTo = "u@d"u8.ToArray(),
        Content = new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(DeliveryCase.Message)),
        IsBinary = false,
    };

    private static DeliveryCase Start() => new DeliveryCase().RouteTo("local.test", TransportKind.Maildir).Start();

    private static string OneFile(DeliveryCase world, string domain, string local) => Assert.Single(Directory.GetFiles(Path.Join(world.Folder, "maildirs", domain, local, "new")));
}
