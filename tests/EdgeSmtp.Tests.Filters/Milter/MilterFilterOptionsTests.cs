using System.ComponentModel.DataAnnotations;
using EdgeSmtp.Filters.Milter;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Milter;

public sealed class MilterFilterOptionsTests
{
    [Theory]
    [InlineData("unix:/run/opendkim.sock", true)]
    [InlineData("local:/run/opendkim.sock", true)]
    [InlineData("inet:127.0.0.1:8891", true)]
    [InlineData("inet:8891@localhost", true)]
    [InlineData("inet:milter.example.com:8891", true)]
    [InlineData("inet:[2001:db8::1]:8891", true)]
    [InlineData("inet6:8891@2001:db8::1", true)]
    [InlineData("unix:relative", false)]
    [InlineData("unix:/", false)]
    [InlineData("/run/opendkim.sock", false)]
    [InlineData("inet:8891", false)]
    [InlineData("inet:host:0", false)]
    [InlineData("inet:host:65536", false)]
    [InlineData("inet::8891", false)]
    [InlineData("inet:a b:8891", false)]
    [InlineData("inet:[host]:8891", false)]
    [InlineData("tcp:host:8891", false)]
    [InlineData("", false)]
    public void Address_IsReadAsMiltersWriteIt(string address, bool isGood) => Assert.Equal(isGood, Validate(new MilterFilterOptions { Address = address }).Count == 0);

    [Fact]
    public void Changes_NamedTwice_AreRefused() => Assert.Single(Validate(Good() with { Changes = [MilterChange.AddHeaders, MilterChange.AddHeaders] }));

    [Fact]
    public void Quarantine_OnFailure_NeedsTheRight() => Assert.Single(Validate(Good() with { Changes = [MilterChange.AddHeaders], OnFailure = MilterFailureAction.Quarantine }));

    private static MilterFilterOptions Good() => new() { Address = "unix:/run/milter" };

    private static List<ValidationResult> Validate(MilterFilterOptions options)
    {
        List<ValidationResult> results = [];
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return results;
    }
}
