using System.Runtime.Versioning;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Hosting;
using EdgeSmtp.Sessions;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Server.Configuration;

/// <summary>Each rule that spans several options, by the message an operator reads.</summary>
public sealed class ChecksTests
{
    [Fact]
    public void Load_ValidFile_GivesOptions()
    {
        using TestConfiguration configuration = new();

        LoadedConfiguration loaded = configuration.Load();

        Assert.Empty(loaded.Problems.Errors);
        Assert.True(loaded.IsValid);
        Assert.Equal("mx", loaded.Options.Listeners["mx"].Name);
        Assert.Equal(configuration.PathOf("data"), loaded.Options.DataDirectory);
        Assert.Equal([configuration.File], loaded.Files);
    }

    [Fact]
    public void Load_EmptyFile_NamesEverythingThatIsRequired()
    {
        using TestConfiguration configuration = new(("Hostname", null), ("DataDirectory", null), ("Postmaster", null), ("Listeners", null), ("Domains", null), ("Routes", null));

        Assert.Equal(
            ["Hostname", "DataDirectory", "Postmaster", "Listeners"],
            configuration.Load().Problems.Errors.Select(static problem => problem.Path));
    }

    [Theory]
    [InlineData("Hostname", "\"mx\"", "Hostname: 'mx' is not fully qualified")]
    [InlineData("Hostname", "\"mx example.test\"", "Hostname: 'mx example.test' is not a domain name")]
    [InlineData("Hostname", "7", "Hostname: must be a text, not '7'")]
    [InlineData("OwnNames", """[ "a.test", "b c" ]""", "OwnNames:1: 'b c' is not a domain name")]
    [InlineData("AuthservId", "\"a b\"", "AuthservId: 'a b' is not a domain name")]
    [InlineData("Postmaster", "\"user\"", "Postmaster: 'user' is not an address")]
    [InlineData("Postmaster", "\"a@b@c\"", "Postmaster: 'a@b@c' is not an address")]
    [InlineData("Listeners", "{}", "Listeners: needs at least one listener")]
    [InlineData("Listeners", """{ "a": { "Address": "127.0.0.1:25" }, "b": { "Address": "127.0.0.1:25" } }""", "Listeners:b:Address: 127.0.0.1:25 is the address of listener 'a'")]
    [InlineData("Listeners", """{ "a": { "Address": "127.0.0.1:25", "Certificate": "man" } }""", "Listeners:a:Certificate: there is no certificate 'man'")]
    [InlineData("Listeners", """{ "a": { "Address": "127.0.0.1:25", "Protocol": "qmqp" } }""", "Listeners:a:RelayNetworks: a QMQP listener needs RelayNetworks")]
    [InlineData("Listeners", """{ "a": { "Address": "127.0.0.1:25", "Protocol": "http" } }""", "Listeners:a:Protocol: must be one of Smtp, Qmtp, Qmqp, not 'http'")]
    [InlineData("Listeners", """{ "a": { "Protocol": "smtp" } }""", "Listeners:a:Address: is required")]
    [InlineData("RelayNetworks", """[ "0.0.0.0/0" ]""", "RelayNetworks: 0.0.0.0/0 would make this an open relay")]
    [InlineData("Listeners", """{ "a": { "Address": "127.0.0.1:25", "RelayNetworks": [ "::/0" ] } }""", "Listeners:a:RelayNetworks: ::/0 would make this an open relay")]
    [InlineData("Domains", """{ "not a domain": { "Recipients": [], "Route": "sink" } }""", "Domains:not a domain: is not a domain name")]
    [InlineData("Domains", """{ "a.test": { "Recipients": [], "Route": "sink" }, "A.Test": { "Recipients": [], "Route": "sink" } }""", "Domains:A.Test: is the same domain as 'a.test'")]
    [InlineData("Domains", """{ "a.test": { "Recipients": "all", "Route": "sink" } }""", "Domains:a.test:Recipients: must be a list of local parts, \"filter\" or \"any\"")]
    [InlineData("Domains", """{ "a.test": { "Recipients": [ "user@a.test" ], "Route": "sink" } }""", "Domains:a.test:Recipients: 'user@a.test' must be a local part, without @ and domain")]
    [InlineData("Domains", """{ "a.test": { "Route": "sink" } }""", "Domains:a.test:Recipients: is required")]
    [InlineData("Domains", """{ "a.test": { "Recipients": [], "Route": "snik" } }""", "Domains:a.test:Route: there is no route 'snik'; did you mean 'sink'?")]
    [InlineData("DefaultRoute", "\"out\"", "DefaultRoute: there is no route 'out'")]
    [InlineData("BounceRoute", "\"out\"", "BounceRoute: there is no route 'out'")]
    [InlineData("Certificates", """{ "main": { "CertificateFile": "missing.pem" } }""", "Certificates:main: Could not find file")]
    public void Load_BrokenRule_IsTheOneError(string key, string json, string expected)
    {
        using TestConfiguration configuration = new((key, json));

        Assert.StartsWith(expected, Assert.Single(configuration.Errors()), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_HttpOnTheAddressOfAListener_IsAnError()
    {
        using TestConfiguration configuration = new(("Http", """{ "Address": "127.0.0.1:2525" }"""));

        Assert.Equal("Listeners:mx:Address: 127.0.0.1:2525 is the address of Http", Assert.Single(configuration.Errors()));
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("10.0.0.0/8", "10.1.0.0/16")]
    [InlineData("10.1.2.3", "10.1.2.3")]
    public void Load_RelayNetworkThatIsAProxySource_IsAnError(string proxies, string relays)
    {
        using TestConfiguration configuration = new(
            ("Listeners", $$"""{ "mx": { "Address": "127.0.0.1:2525", "ProxyFrom": [ "{{proxies}}" ] } }"""), ("RelayNetworks", $$"""[ "{{relays}}" ]"""));

        Assert.Contains("is a source of PROXY headers", Assert.Single(configuration.Errors()), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ProxyWithinARelayNetwork_IsTaken()
    {
        using TestConfiguration configuration = new(
            ("Listeners", """{ "mx": { "Address": "127.0.0.1:2525", "ProxyFrom": [ "10.0.0.5" ] } }"""), ("RelayNetworks", """[ "10.0.0.0/8" ]"""));

        Assert.Empty(configuration.Errors());
    }

    [Fact]
    public void Load_DomainThatTakesEverything_Warns()
    {
        using TestConfiguration configuration = new(("Domains", """{ "example.test": { "Recipients": "any", "Route": "sink" } }"""));

        Assert.Empty(configuration.Errors());
        Assert.StartsWith("Domains:example.test:Recipients: accepts every address", Assert.Single(configuration.Warnings()), StringComparison.Ordinal);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Load_DataDirectoryThatOthersMayEnter_IsAnError()
    {
        using TestConfiguration configuration = new();
        Directory.CreateDirectory(configuration.PathOf("data"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);

        Assert.Contains("chmod 0700", Assert.Single(configuration.Errors()), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_DataDirectoryTooLongForItsSocket_IsAnError()
    {
        using TestConfiguration configuration = new(("DataDirectory", $"\"{new string('d', 120)}\""));

        Assert.Contains("its path is too long", Assert.Single(configuration.Errors()), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Embedded_IsValidAndOnLoopbackOnly()
    {
        using TemporaryFolder folder = new();
        LoadedConfiguration loaded = new ConfigurationLoader(BuiltInFilters.Create(), null, folder.PathOf("data")).Load();

        Assert.Empty(loaded.Problems.Errors);
        Assert.True(loaded.IsValid);
        Assert.Equal(folder.PathOf("data"), loaded.Options.DataDirectory);
        Assert.All(loaded.Options.Listeners.Values, static listener => Assert.True(System.Net.IPAddress.IsLoopback(listener.Address.Address)));
        Assert.Equal([2209, 2525], loaded.Options.Listeners.Values.Select(static listener => listener.Address.Port).Order());
        Assert.Equal(8025, loaded.Options.Http.Address!.Port);
        Assert.Contains("localhost", loaded.Options.Domains.Keys);
        Assert.Contains(loaded.Options.Hostname!, loaded.Options.Domains.Keys);
        Assert.Empty(loaded.Options.RelayNetworks);
    }

    [Theory]
    [InlineData(false, false, "0.0.0.0:25", true)]
    [InlineData(true, false, "127.0.0.1:25", true)]
    [InlineData(true, false, "[::1]:25", true)]
    [InlineData(true, false, "0.0.0.0:25", false)]
    [InlineData(true, true, "0.0.0.0:25", true)]
    public void Judge_Root_IsRefusedWhereOthersReachUs(bool isRoot, bool isAllowed, string address, bool expected)
    {
        ServerOptions options = new() { Listeners = new Dictionary<string, ListenerOptions> { ["mx"] = new() { Address = System.Net.IPEndPoint.Parse(address) } } };

        (bool mayStart, string? message) = Privileges.Judge(options, isRoot, isAllowed);

        Assert.Equal(expected, mayStart);
        Assert.Equal(isRoot, message is not null);
    }
}
