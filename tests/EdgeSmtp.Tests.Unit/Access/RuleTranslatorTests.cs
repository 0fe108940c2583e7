using EdgeSmtp.Filters.GreetDelay;
using EdgeSmtp.Filters.HeloCheck;
using EdgeSmtp.Filters.Warlord;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Server.Access;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Configuration.Binding;
using EdgeSmtp.Server.Configuration.Reading;
using EdgeSmtp.Server.Hosting;
using EdgeSmtp.Sessions.Access;
using EdgeSmtp.Tests.Unit.Server.Configuration;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Access;

/// <summary>What the variables of rules become: settings of sessions, and profiles of filters.</summary>
public sealed class RuleTranslatorTests : IDisposable
{
    private readonly TestConfiguration _configuration = new(
        ("Listeners", """{ "mx": { "Address": "127.0.0.1:2525", "Access": "all" } }"""),
        ("AccessRules", """{ "all": { "File": "access.rules" } }"""),
        ("FilterOrder", """[ "greet", "helo", "zen" ]"""),
        ("Filters", """{ "greet": { "Type": "GreetDelay" }, "helo": { "Type": "HeloCheck" }, "zen": { "Type": "Rbl", "Zone": "zen.test" } }"""),
        ("Profiles", """{ "friends": { "helo": { "Mode": "Strict" }, "zen": { "Enabled": false } } }"""))
    {
        Registry = BuiltInFilters.Create(),
    };

    [Fact]
    public void Relay_EmptyValue_IsTheRight() => Assert.True(Settings(""",RELAYCLIENT="" """).MayRelay);

    [Theory]
    [InlineData("DATABYTES", "1000", 1000L)]
    [InlineData("DATABYTES", "0", (long)int.MaxValue)]
    public void MessageSize_IsDatabytes(string name, string value, long expected) => Assert.Equal(expected, Settings($",{name}=\"{value}\"").MessageSizeMax);

    [Fact]
    public void Recipients_IsMaxrecipients() => Assert.Equal(5, Settings(""",MAXRECIPIENTS="5" """).RecipientsMax);

    [Fact]
    public void Recipients450_DefersUnknownOnes() => Assert.True(Settings(""",RECIPIENTS450="" """).DefersUnknownRecipients);

    [Theory]
    [InlineData("", "Offer")]
    [InlineData("!", "Require")]
    [InlineData("-", "Hide")]
    public void StartTls_IsUcspitls(string value, string expected) => Assert.Equal(expected, Settings($",UCSPITLS=\"{value}\"").StartTls.ToString());

    [Fact]
    public void Newlines_AreByRule()
    {
        AccessSettings settings = Settings(""",BARELF="normalize",BARECR="Reject",NUL="Normalize" """);

        Assert.Equal((NewlineRule.Normalize, NewlineRule.Reject, NewlineRule.Normalize), (settings.BareLf, settings.BareCr, settings.Nul));
    }

    [Theory]
    [InlineData("-go away", 553, "go away")]
    [InlineData("come later", 451, "come later")]
    public void Rblsmtpd_WithText_RefusesMail(string value, int code, string text)
    {
        AccessSettings settings = Settings($",RBLSMTPD=\"{value}\"");

        Assert.Equal((code, text), (settings.Refusal!.Code, settings.Refusal.Text));
        Assert.NotEqual(string.Empty, settings.Profile);
    }

    [Theory]
    [InlineData("")]
    [InlineData("come later")]
    public void Rblsmtpd_WhateverItSays_NobodyIsLookedUpOrHeldBack(string value)
    {
        IReadOnlyDictionary<string, FilterInstance> profile = Profile($",RBLSMTPD=\"{value}\",GREETDELAY=\"20\"");

        Assert.False(profile["zen"].Driver.Enabled);
        Assert.Equal(TimeSpan.Zero, ((GreetDelayFilterOptions)profile["greet"].Options).Delay);
        Assert.False(profile.ContainsKey("helo"));
    }

    [Theory]
    [InlineData("20", 20)]
    [InlineData("0", 0)]
    [InlineData("-7", 7)]
    public void Greetdelay_IsTheDelayInSeconds(string value, int seconds)
    {
        GreetDelayFilterOptions options = (GreetDelayFilterOptions)Profile($",GREETDELAY=\"{value}\"")["greet"].Options;

        Assert.Equal(TimeSpan.FromSeconds(seconds), options.Delay);
        Assert.Equal(ViolationAction.Enforce, options.EarlyTalk);
    }

    [Theory]
    [InlineData("")]
    [InlineData("!")]
    [InlineData("=")]
    [InlineData("M")]
    public void Helocheck_IsTheMode(string value) => Assert.Equal(value, ((HeloCheckFilterOptions)Profile($",HELOCHECK=\"{value}\"")["helo"].Options).Mode);

    [Fact]
    public void Badmimetype_Badloadertype_Base64_AreOptionsOfWarlord()
    {
        _configuration.With("FilterOrder", """[ "content" ]""");
        _configuration.With("Filters", """{ "content": { "Type": "Warlord" } }""");
        _configuration.With("Profiles", "{}");
        WarlordFilterOptions options = (WarlordFilterOptions)Profile(""",BADMIMETYPE="",BADLOADERTYPE="M",BASE64="" """)["content"].Options;

        Assert.Equal((string.Empty, "M", true), (options.BadMimeType, options.BadLoaderType, options.MarkTextOnly));
    }

    [Fact]
    public void Profile_Configured_IsTakenByName() => Assert.Equal("friends", Settings(""",PROFILE="friends" """).Profile);

    [Fact]
    public void Profile_WithVariables_BeginsWithTheConfiguredOne()
    {
        IReadOnlyDictionary<string, FilterInstance> profile = Profile(""",PROFILE="friends",GREETDELAY="1" """);

        Assert.Equal("Strict", ((HeloCheckFilterOptions)profile["helo"].Options).Mode);
        Assert.False(profile["zen"].Driver.Enabled);
        Assert.Equal(TimeSpan.FromSeconds(1), ((GreetDelayFilterOptions)profile["greet"].Options).Delay);
    }

    [Fact]
    public void Profiles_OfEqualVariables_AreOne()
    {
        LoadedConfiguration loaded = Load("192.0.2.1:allow,GREETDELAY=\"1\",HELOCHECK=\"!\"\n192.0.2.2:allow,HELOCHECK='!',GREETDELAY='1',DATABYTES='7'\n");

        Assert.Empty(loaded.Problems.Errors);
        Assert.Equal(["+GREETDELAY=1,HELOCHECK=!", "friends"], loaded.Filters!.Profiles.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Deny_NeedsNothingElse()
    {
        LoadedConfiguration loaded = Load("192.0.2.1:deny,WHATEVER=\"x\"\n");

        Assert.Empty(loaded.Problems.Errors);
        Assert.True(loaded.Access.Find("all")!.Find(System.Net.IPAddress.Parse("192.0.2.1"), null)!.Settings.IsDenied);
    }

    [Theory]
    [InlineData("""192.0.2.1:allow,GREETDELAY="soon" """, "GREETDELAY: must be a time span")]
    [InlineData("""192.0.2.1:allow,GREETDELAY="241" """, "GREETDELAY: 00:04:01 is out of range")]
    [InlineData("""192.0.2.1:allow,HELOCHECK="X" """, "Filters:helo:Mode: 'X' is no mode")]
    [InlineData("""192.0.2.1:allow,PROFILE="freinds" """, "PROFILE: there is no profile 'freinds'; did you mean 'friends'?")]
    [InlineData("""192.0.2.1:allow,GREETDELYA="1" """, "GREETDELYA: there is no such variable; did you mean 'GREETDELAY'?")]
    [InlineData("""192.0.2.1:allow,DATABYTES="-1" """, "DATABYTES: must be 0 (no limit of its own) to")]
    [InlineData("""192.0.2.1:allow,MAXRECIPIENTS="0" """, "MAXRECIPIENTS: must be 1 to 100000")]
    [InlineData("""192.0.2.1:allow,BARELF="1" """, "BARELF: must be Reject or Normalize")]
    [InlineData("""192.0.2.1:allow,UCSPITLS="x" """, "UCSPITLS: must be empty (offered)")]
    [InlineData("""192.0.2.1:allow,RELAYCLIENT="@fix.me" """, "RELAYCLIENT: a suffix for recipients is not supported")]
    [InlineData(""":allow,RELAYCLIENT="" """, "RELAYCLIENT: would make this an open relay")]
    [InlineData("""=:allow,RELAYCLIENT="" """, "RELAYCLIENT: would make this an open relay")]
    [InlineData("""192.0.2.1:allow,NUL="Reject",NUL="Reject" """, "NUL: stands twice in one rule")]
    [InlineData("192.0.2:allow", ": '192.0.2' is half an address")]
    public void Fault_IsReportedWithFileAndLine(string line, string expected)
    {
        LoadedConfiguration loaded = Load($"# rules\n{line}\n");

        ConfigProblem problem = Assert.Single(loaded.Problems.Errors);
        Assert.Equal(new SourceLocation(_configuration.PathOf("access.rules"), 2), problem.Location);
        Assert.StartsWith(expected, $"{problem.Path}: {problem.Message}", StringComparison.Ordinal);
        Assert.False(loaded.IsValid);
    }

    [Theory]
    [InlineData("QHPSI", "there is no filter of type ClamAv")]
    [InlineData("QHPSIARG1", "there is no filter of type ClamAv")]
    [InlineData("BADMIMETYPE", "there is no filter of type Warlord")]
    [InlineData("REPLY_HELO", "texts are in Replies of each filter, and in profiles")]
    [InlineData("SMTPAUTH", "there is no authentication yet")]
    [InlineData("TARPITCOUNT", "there is no filter of type RecipientCheck")]
    public void WhatHasNoEffect_IsPointedOutOnce(string name, string why)
    {
        LoadedConfiguration loaded = Load($"192.0.2.1:allow,{name}=\"1\"\n192.0.2.2:allow,{name}=\"1\"\n");

        Assert.Empty(loaded.Problems.Errors);
        ConfigProblem warning = Assert.Single(loaded.Problems.Warnings);
        Assert.Equal((name, $"has no effect: {why}"), (warning.Path, warning.Message));
        Assert.Equal(1, warning.Location.Line);
    }

    [Fact]
    public void MissingFile_IsReportedAtTheConfiguration()
    {
        LoadedConfiguration loaded = _configuration.Load();

        ConfigProblem problem = Assert.Single(loaded.Problems.Errors);
        Assert.Equal("AccessRules:all:File", problem.Path);
        Assert.Contains(_configuration.PathOf("access.rules"), loaded.Files);
    }

    [Fact]
    public void Names_ThatNothingStandsBehind_AreReported()
    {
        _configuration.With("Listeners", """{ "mx": { "Address": "127.0.0.1:2525", "Access": "lal" } }""");
        LoadedConfiguration loaded = Load(":allow\n");

        Assert.Contains(loaded.Problems.Errors, static problem => problem.Path == "Listeners:mx:Access" && problem.Message.EndsWith("did you mean 'all'?", StringComparison.Ordinal));
        Assert.Contains(loaded.Problems.Warnings, static problem => problem.Path == "AccessRules:all" && problem.Message == "no listener follows these rules");
    }

    [Theory]
    [InlineData("TARPITCOUNT=5,TARPITDELAY=10", "TarpitCount=5 RefuseNotorious=false TarpitDelay=00:00:10")]
    [InlineData("TARPITCOUNT=5", "TarpitCount=0 InvalidRecipientsMax=5 RefuseNotorious=false")]
    [InlineData("TARPITCOUNT=5,TARPITDELAY=0", "TarpitCount=0 InvalidRecipientsMax=5 RefuseNotorious=false")]
    [InlineData("TARPITCOUNT=5,TARPITDELAY=999", "TarpitCount=0 InvalidRecipientsMax=5 RefuseNotorious=true")]
    [InlineData("TARPITCOUNT=0", "TarpitCount=0 InvalidRecipientsMax=0 RefuseNotorious=false")]
    [InlineData("TARPITDELAY=7", "TarpitDelay=00:00:07")]
    [InlineData("SPFBEHAVIOR=3", "Behavior=3")]
    [InlineData("MFDNSCHECK=", "CheckDomain=true")]
    [InlineData("LOCALMFCHECK=!", "LocalSender=!")]
    [InlineData("BADMIMETYPE=,BADLOADERTYPE=M,BASE64=", "BadMimeType= BadLoaderType=M MarkTextOnly=true")]
    [InlineData("QHPSI=clamdscan,QHPSIARG1=--quiet,QHPSIARG3=-v", "Enabled=true Program=clamdscan ProgramArgument1=--quiet ProgramArgument3=-v")]
    [InlineData("QHPSI=", "Enabled=false Program=")]
    [InlineData("QHPSIRC=13,QHPSIRN=2", "InfectedExitCode=13 CleanExitCode=2")]
    [InlineData("QHPSIMINSIZE=100,QHPSIMAXSIZE=1000000", "SizeBytesMin=100 SizeBytesMax=1000000")]
    public void Variables_OfOneFilter_AreReadTogether(string variables, string expected)
    {
        Dictionary<string, string> given = variables.Split(',').Select(static pair => pair.Split('=')).ToDictionary(static pair => pair[0], static pair => pair[1]);

        Assert.Equal(expected, string.Join(' ', FilterVariable.Effects(given).Select(static effect => $"{effect.Variable.Option}={effect.Value}")));
    }

    // A line of the table whose option was renamed would refuse every site that uses the variable.
    [Fact]
    public void FilterVariables_NameOptionsThatThereAre()
    {
        string[] driver = [.. OptionProperties.Of(typeof(DriverOptions)).Select(static property => property.Name)];
        foreach (FilterVariable variable in FilterVariables.All)
        {
            if (BuiltInFilters.Create().Types.TryGetValue(variable.Type, out EdgeSmtp.Abstractions.FilterRegistration? registration))
            {
                Assert.Contains(variable.Option, OptionProperties.Of(registration.OptionsType).Select(static property => property.Name).Concat(driver));
            }
        }
    }

    public void Dispose() => _configuration.Dispose();

    private LoadedConfiguration Load(string rules)
    {
        File.WriteAllText(_configuration.PathOf("access.rules"), rules.Replace(" \n", "\n", StringComparison.Ordinal));
        return _configuration.Load();
    }

    private AccessSettings Settings(string variables)
    {
        LoadedConfiguration loaded = Load($"192.0.2.1:allow{variables}\n");
        Assert.Empty(loaded.Problems.Errors);
        return loaded.Access.Find("all")!.Find(System.Net.IPAddress.Parse("192.0.2.1"), null)!.Settings;
    }

    private IReadOnlyDictionary<string, FilterInstance> Profile(string variables)
    {
        string name = Settings(variables).Profile;
        return _configuration.Load().Filters!.Profiles[name];
    }
}
