using System.ComponentModel.DataAnnotations;
using EdgeSmtp.Filters.ScoreThreshold;
using Xunit;

namespace EdgeSmtp.Tests.Filters.ScoreThreshold;

public sealed class ScoreThresholdOptionsTests
{
    [Fact]
    public void Options_WithoutThreshold_AreRefused() => Assert.Equal(["Reject"], Errors(new ScoreThresholdFilterOptions()));

    [Theory]
    [InlineData("")]
    [InlineData("X Score")]
    [InlineData("X-Score:")]
    public void TagField_ThatIsNoName_IsRefused(string name) => Assert.Equal(["TagField"], Errors(new ScoreThresholdFilterOptions { Reject = 1, TagField = name }));

    [Theory]
    [InlineData(0, true)]
    [InlineData(10_000, true)]
    [InlineData(-0.1, false)]
    [InlineData(10_000.1, false)]
    [InlineData(double.NaN, false)]
    public void Caps_AtTheirLimits_AreTaken(double cap, bool isTaken) =>
        Assert.Equal(isTaken ? [] : ["Caps"], Errors(new ScoreThresholdFilterOptions { Reject = 1, Caps = new Dictionary<string, double> { ["a"] = cap } }));

    [Theory]
    [InlineData(1_000, true)]
    [InlineData(1_001, false)]
    public void Caps_ForManyNames_AreBounded(int count, bool isTaken) =>
        Assert.Equal(isTaken ? [] : ["Caps"], Errors(new ScoreThresholdFilterOptions { Reject = 1, Caps = Enumerable.Range(0, count).ToDictionary(static i => $"n{i}", static _ => 1.0) }));

    private static string[] Errors(ScoreThresholdFilterOptions options)
    {
        List<ValidationResult> results = [];
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return [.. results.SelectMany(static result => result.MemberNames)];
    }
}
