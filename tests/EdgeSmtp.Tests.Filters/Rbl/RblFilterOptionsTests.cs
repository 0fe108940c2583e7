using EdgeSmtp.Filters.Rbl;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Rbl;

public sealed class RblFilterOptionsTests
{
    public static TheoryData<object, bool> Cases => new()
    {
        { new RblFilterOptions(), false },
        { new RblFilterOptions { Zone = "bl.example" }, true },
        { new RblFilterOptions { Zone = "b l.example" }, false },
        { new RblFilterOptions { Zone = "" }, false },
        { new RblFilterOptions { Zone = "bl.example", Threshold = 0.01 }, true },
        { new RblFilterOptions { Zone = "bl.example", Threshold = 0 }, false },
        { new RblFilterOptions { Zone = "bl.example", Threshold = 1000.1 }, false },
        { new RblFilterOptions { Zone = "bl.example", SelfTestInterval = TimeSpan.FromMinutes(1) }, true },
        { new RblFilterOptions { Zone = "bl.example", SelfTestInterval = TimeSpan.FromSeconds(59) }, false },
        { new RblFilterOptions { Zone = "bl.example", SelfTestInterval = TimeSpan.FromDays(8) }, false },
        { new RblFilterOptions { Zones = [.. Enumerable.Repeat(new RblZoneOptions { Zone = "bl.example" }, 64)] }, true },
        { new RblFilterOptions { Zones = [.. Enumerable.Repeat(new RblZoneOptions { Zone = "bl.example" }, 65)] }, false },
        { new RblFilterOptions { Zone = "bl.example", FieldName = "X-Listed" }, true },
        { new RblFilterOptions { Zone = "bl.example", FieldName = "" }, false },
        { new RblFilterOptions { Zone = "bl.example", FieldName = "X Listed" }, false },
        { new RblFilterOptions { Zone = "bl.example", FieldName = "X-Listed:" }, false },
        { new RblFilterOptions { Zone = "bl.example", FieldName = new string('x', 64) }, true },
        { new RblFilterOptions { Zone = "bl.example", FieldName = new string('x', 65) }, false },
        { new RblFilterOptions { Zone = "bl.example", Decision = "" }, true },
        { new RblFilterOptions { Zone = "bl.example", Decision = "-Go away" }, true },
        { new RblFilterOptions { Zone = "bl.example", Decision = "two\r\nlines" }, false },
        { new RblFilterOptions { Zone = "bl.example", Decision = new string('x', 200) }, true },
        { new RblFilterOptions { Zone = "bl.example", Decision = new string('x', 201) }, false },
        { new RblZoneOptions(), false },
        { new RblZoneOptions { Zone = "key_1.bl.example" }, true },
        { new RblZoneOptions { Zone = "a..example" }, false },
        { new RblZoneOptions { Zone = LongName(189) }, true },
        { new RblZoneOptions { Zone = LongName(190) }, false },
        { new RblZoneOptions { Zone = "bl.example", Weight = -100 }, true },
        { new RblZoneOptions { Zone = "bl.example", Weight = 100.5 }, false },
        { new RblZoneOptions { Zone = "bl.example", Text = new string('x', 200) }, true },
        { new RblZoneOptions { Zone = "bl.example", Text = new string('x', 201) }, false },
        { new RblZoneOptions { Zone = "bl.example", Text = "two\r\nlines" }, false },
        { new RblZoneOptions { Zone = "bl.example", Answers = ["127.0.0.2", "127.0.0.[2..11]", "127.[0;2..3].0.[255]"] }, true },
        { new RblZoneOptions { Zone = "bl.example", Answers = ["10.0.0.1"] }, false },
        { new RblZoneOptions { Zone = "bl.example", Answers = ["127.0.0"] }, false },
        { new RblZoneOptions { Zone = "bl.example", Answers = ["127.0.0.1.2"] }, false },
        { new RblZoneOptions { Zone = "bl.example", Answers = ["127.0.0.256"] }, false },
        { new RblZoneOptions { Zone = "bl.example", Answers = ["127.0.0.[11..2]"] }, false },
        { new RblZoneOptions { Zone = "bl.example", Answers = ["127.0.0.[2"] }, false },
        { new RblZoneOptions { Zone = "bl.example", Answers = ["127.0.0.[]"] }, false },
        { new RblZoneOptions { Zone = "bl.example", Answers = ["127.0.0.[2;]"] }, false },
        { new RblZoneOptions { Zone = "bl.example", Answers = ["[127].0.0.2"] }, false },
        { new RblZoneOptions { Zone = "bl.example", Answers = ["127.0.0.2 "] }, false },
        { new RblZoneOptions { Zone = "bl.example", Answers = [""] }, false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Validate_AtUnderAndOverEachLimit(object options, bool expected) => Assert.Equal(expected, OptionsOf.AreValid(options));

    private static string LongName(int length)
    {
        string name = string.Concat(Enumerable.Repeat(new string('a', 60) + ".", 4));
        return name[..(length - 1)] + "a";
    }
}
