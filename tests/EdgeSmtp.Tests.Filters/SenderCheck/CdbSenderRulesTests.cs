using System.Net;
using System.Text;
using EdgeSmtp.Filters.SenderCheck;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Toolkit.Cdb;
using Xunit;

namespace EdgeSmtp.Tests.Filters.SenderCheck;

/// <summary>mailfromrules.cdb, as qmail-mfrules compiles it.</summary>
public sealed class CdbSenderRulesTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"edgesmtp-{Guid.NewGuid():N}.cdb");

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("192.0.2.1", "joe@x.example", null)]
    [InlineData("192.0.2.1", "JOE@X.Example", null)]
    [InlineData("192.0.2.1", "any@y.example", null)]
    [InlineData("192.0.2.1", "xjoe@x.example", "sender-not-yours")]
    [InlineData("192.0.2.1", "any@net.example", null)]
    [InlineData("192.0.2.2", "any@net.example", null)]
    [InlineData("192.0.2.2", "joe@x.example", "sender-not-yours")]
    [InlineData("10.1.2.3", "any@where.example", null)]
    [InlineData("198.51.100.1", "joe@x.example", "sender-not-yours")]
    public async Task Rules_AreThoseOfTheFile(string client, string sender, string? token)
    {
        Write(("192.0.2.1", "+joe@x.example+@y.example"), ("192.0.2.", "+@net.example"), ("10.", ""));
        using FilterHarness harness = Create();
        harness.Session.ClientEndPoint = new IPEndPoint(IPAddress.Parse(client), 1);
        Assert.Equal(token, await TokenAsync(harness, sender));
    }

    [Fact]
    public async Task Rules_ByHostName_AreAskedLast()
    {
        Write(("=.x.example", "+@x.example"));
        using FilterHarness harness = Create(FakeDns.Empty.AddReverse("192.0.2.1", "mail.x.example").AddAddress("mail.x.example", "192.0.2.1"));
        Assert.Null(await TokenAsync(harness, "joe@x.example"));
        Assert.Equal("sender-not-yours", await TokenAsync(harness, "joe@y.example"));
    }

    [Fact]
    public void File_MissingOrCutShort_IsAnErrorAtStart()
    {
        Assert.ThrowsAny<IOException>(() => Create());
        File.WriteAllText(_path, "no cdb");
        Assert.Throws<InvalidDataException>(() => Create());
    }

    // What contradicts itself allows nobody and refuses nobody for good: it is an error, which the driver turns into 451.
    [Fact]
    public async Task File_Damaged_IsAFailureNotAVerdict()
    {
        Write(("192.0.2.1", "+@x.example"));
        byte[] bytes = await File.ReadAllBytesAsync(_path);
        bytes.AsSpan(2048, 8).Fill(0xFF);
        await File.WriteAllBytesAsync(_path, bytes);
        using FilterHarness harness = Create();
        await Assert.ThrowsAsync<InvalidDataException>(() => TokenAsync(harness, "joe@x.example"));
    }

    private FilterHarness Create(FakeDns? dns = null) =>
        FilterHarness.Of(static filters => filters.AddSenderCheck(), new SenderCheckFilterOptions { LocalSender = "!", SenderRulesPath = _path }, dns);

    private static async Task<string?> TokenAsync(FilterHarness harness, string sender)
    {
        harness.Session.Relay = true;
        string? mail = (await harness.MailAsync(sender)).Reason?.Token;
        return mail ?? (await harness.RcptAsync()).Reason?.Token;
    }

    private void Write(params (string Key, string Data)[] records)
    {
        using CdbWriter writer = new(_path);
        foreach ((string key, string data) in records)
        {
            writer.Add(Encoding.ASCII.GetBytes(key), Encoding.ASCII.GetBytes(data));
        }

        writer.Commit();
    }
}
