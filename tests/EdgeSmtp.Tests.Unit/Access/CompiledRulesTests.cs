using System.Net;
using System.Text;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Sessions.Access;
using EdgeSmtp.Tests.Unit.Server.Configuration;
using EdgeSmtp.Toolkit.Cdb;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Access;

/// <summary>Rules in a cdb: the same answers, and faults that only compiled files can have.</summary>
public sealed class CompiledRulesTests : IDisposable
{
    private readonly TestConfiguration _configuration = new(
        ("Listeners", """{ "mx": { "Address": "127.0.0.1:2525", "Access": "all" } }"""), ("AccessRules", """{ "all": { "File": "access.cdb" } }"""));

    [Fact]
    public void Find_FollowsTheRecords()
    {
        Write(("192.0.2.1", "D\0"), ("192.0.2.", "+DATABYTES=1000\0"), ("_ab", "+RELAYCLIENT=\0"), ("", ""));

        LoadedConfiguration loaded = _configuration.Load();

        Assert.Empty(loaded.Problems.Errors);
        using AccessTable access = loaded.Access;
        AccessRules rules = access.Find("all")!;
        Assert.True(rules.Find(IPAddress.Parse("192.0.2.1"), null)!.Settings.IsDenied);
        Assert.Equal(1000, rules.Find(IPAddress.Parse("192.0.2.2"), null)!.Settings.MessageSizeMax);
        Assert.True(rules.Find(IPAddress.Parse("203.0.113.1"), null)!.Settings.MayRelay);
        Assert.False(rules.Find(IPAddress.Parse("10.0.0.1"), null)!.Settings.MayRelay);
    }

    [Fact]
    public void Key_ThatNoLookupAsksFor_IsPointedOut()
    {
        Write(("=Upper.Example", "D\0"), ("", ""));

        LoadedConfiguration loaded = _configuration.Load();

        Assert.Empty(loaded.Problems.Errors);
        Assert.Contains(loaded.Problems.Warnings, static warning => warning.Path == "=Upper.Example");
    }

    [Theory]
    [InlineData("192.0.2.1", "nonsense")]
    [InlineData("192.0.2.1", "+NOSUCH=x\0")]
    [InlineData("", "+RELAYCLIENT=\0")]
    public void Record_ThatIsWrong_RefusesTheFile(string key, string record)
    {
        Write(("192.0.2.9", "+RELAYCLIENT=\0"), (key, record));

        Assert.False(_configuration.Load().IsValid);
    }

    [Fact]
    public void File_ThatIsNoCdb_IsRefused()
    {
        File.WriteAllText(_configuration.PathOf("access.cdb"), "192.0.2.1:deny\n");

        Assert.Contains("AccessRules:all:File: cannot read rules: ", Assert.Single(_configuration.Errors()), StringComparison.Ordinal);
    }

    public void Dispose() => _configuration.Dispose();

    private void Write(params (string Key, string Record)[] records)
    {
        using CdbWriter writer = new(_configuration.PathOf("access.cdb"));
        foreach ((string key, string record) in records)
        {
            writer.Add(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(record));
        }

        writer.Commit();
    }
}
