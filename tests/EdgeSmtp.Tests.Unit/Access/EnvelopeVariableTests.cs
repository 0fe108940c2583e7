using EdgeSmtp.Filters.RecipientCheck;
using EdgeSmtp.Filters.SenderCheck;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Hosting;
using EdgeSmtp.Tests.Unit.Server.Configuration;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Access;

/// <summary>What the variables about senders and recipients become for single clients.</summary>
public sealed class EnvelopeVariableTests : IDisposable
{
    private readonly TestConfiguration _configuration = new(
        ("Listeners", """{ "mx": { "Address": "127.0.0.1:2525", "Access": "all" } }"""),
        ("AccessRules", """{ "all": { "File": "access.rules" } }"""),
        ("FilterOrder", """[ "sender", "rcpt" ]"""),
        ("Filters", """{ "sender": { "Type": "SenderCheck", "CheckDomain": false }, "rcpt": { "Type": "RecipientCheck" } }"""))
    {
        Registry = BuiltInFilters.Create(),
    };

    public void Dispose() => _configuration.Dispose();

    // §6.4 of the specification: a delay, "smart rejection", and notorious clients.
    [Theory]
    [InlineData("TARPITCOUNT='5'", 0, 0, 5, false)]
    [InlineData("TARPITCOUNT='5',TARPITDELAY='0'", 0, 0, 5, false)]
    [InlineData("TARPITCOUNT='5',TARPITDELAY='7'", 5, 7, 0, false)]
    [InlineData("TARPITCOUNT='5',TARPITDELAY='240'", 5, 240, 0, false)]
    [InlineData("TARPITCOUNT='5',TARPITDELAY='999'", 0, 0, 5, true)]
    public void Tarpit_IsADelay_OrALimitOfInvalidRecipients(string variables, int count, int seconds, int invalid, bool isNotorious)
    {
        RecipientCheckFilterOptions options = (RecipientCheckFilterOptions)Profile(variables)["rcpt"].Options;
        Assert.Equal((count, TimeSpan.FromSeconds(seconds)), (options.TarpitCount, options.TarpitDelay));
        Assert.Equal((invalid, isNotorious), (options.InvalidRecipientsMax, options.RefuseNotorious));
    }

    // No client waits longer for a reply than 5 minutes (RFC 5321 §4.5.3.2.3).
    [Fact]
    public void Tarpit_LongerThanAnybodyWaits_IsAnError() => Assert.NotEmpty(Load("TARPITCOUNT='5',TARPITDELAY='241'").Problems.Errors);

    [Theory]
    [InlineData("MFDNSCHECK=''", true, null)]
    [InlineData("LOCALMFCHECK=''", false, "")]
    [InlineData("LOCALMFCHECK='customer.example'", false, "customer.example")]
    public void Sender_IsWhatIsAskedOfIt(string variables, bool checksDomain, string? local)
    {
        SenderCheckFilterOptions options = (SenderCheckFilterOptions)Profile(variables)["sender"].Options;
        Assert.Equal((checksDomain, local), (options.CheckDomain, options.LocalSender));
    }

    [Theory]
    [InlineData("LOCALMFCHECK='='", "no AUTH")]
    [InlineData("LOCALMFCHECK='?'", "client certificate")]
    [InlineData("LOCALMFCHECK='!'", "needs SenderRules")]
    public void Sender_ThatCannotBeChecked_IsAnError(string variables, string message) =>
        Assert.Contains(Load(variables).Problems.Errors, problem => problem.Message.Contains(message, StringComparison.Ordinal));

    private LoadedConfiguration Load(string variables)
    {
        File.WriteAllText(_configuration.PathOf("access.rules"), $"192.0.2.1:allow,{variables}\n");
        return _configuration.Load();
    }

    private IReadOnlyDictionary<string, FilterInstance> Profile(string variables)
    {
        LoadedConfiguration loaded = Load(variables);
        Assert.Empty(loaded.Problems.Errors);
        return loaded.Filters!.Profiles[loaded.Access.Find("all")!.Find(System.Net.IPAddress.Parse("192.0.2.1"), null)!.Settings.Profile];
    }
}
