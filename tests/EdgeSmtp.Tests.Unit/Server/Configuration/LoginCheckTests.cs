using EdgeSmtp.Server.Hosting;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Server.Configuration;

/// <summary>What goes by who logged in is pointed out, as nobody can.</summary>
public sealed class LoginCheckTests
{
    private const string ByUser = """{ "Type": "RateLimit", "Limits": { "all": { "Rate": 1 }, "customers": { "Key": "User", "Rate": 1 } } }""";
    private const string ByClient = """{ "Type": "RateLimit", "Limits": { "all": { "Rate": 1 } } }""";

    [Fact]
    public void Load_LimitByUser_IsWarnedOf()
    {
        using TestConfiguration configuration = Configured(ByUser);

        Assert.Empty(configuration.Errors());
        Assert.Equal(["Filters:rates:Limits:customers:Key: limits nobody: the server offers no AUTH, so no client has a user"], configuration.Warnings());
    }

    [Fact]
    public void Load_LimitByUserInAProfile_IsWarnedOf()
    {
        using TestConfiguration configuration = Configured(ByClient).With("Profiles", """{ "customers": { "rates": { "Limits": { "mine": { "Key": "User", "Rate": 1 } } } } }""");

        Assert.Equal(["Profiles:customers:rates:Limits:mine:Key: limits nobody: the server offers no AUTH, so no client has a user"], configuration.Warnings());
    }

    [Fact]
    public void Load_ProfileThatKeepsTheLimitByUser_IsWarnedOfOnce()
    {
        using TestConfiguration configuration = Configured(ByUser).With("Profiles", """{ "customers": { "rates": { "Shadow": true } } }""");

        Assert.Single(configuration.Warnings());
    }

    [Fact]
    public void Load_LimitsByWhatIsKnown_AreNotWarnedOf()
    {
        using TestConfiguration configuration = Configured(ByClient);

        Assert.Empty(configuration.Warnings());
    }

    private static TestConfiguration Configured(string rates) =>
        new(("Filters", $$"""{ "rates": {{rates}} }"""), ("FilterOrder", """[ "rates" ]""")) { Registry = BuiltInFilters.Create() };
}
