using EdgeSmtp.Toolkit.Patterns;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Toolkit;

public sealed class WildMatTests
{
    [Theory]
    [InlineData("mail.example.org", "mail.example.org", true)]
    [InlineData("mail.example.org", "mail.example.or", false)]
    [InlineData("mail.example.org", "mail.example.orgs", false)]
    [InlineData("*", "", true)]
    [InlineData("*", "anything", true)]
    [InlineData("*.example.org", "a.example.org", true)]
    [InlineData("*.example.org", "example.org", false)]
    [InlineData("dyn*", "dyn-1", true)]
    [InlineData("dyn*", "dy", false)]
    [InlineData("a*b*c", "aXbXc", true)]
    [InlineData("a*b*c", "abbc", true)]
    [InlineData("a*b*c", "acb", false)]
    [InlineData("a**c", "ac", true)]
    [InlineData("?", "a", true)]
    [InlineData("?", "", false)]
    [InlineData("??", "a", false)]
    [InlineData("h[0-9].test", "h7.test", true)]
    [InlineData("h[0-9].test", "hx.test", false)]
    [InlineData("h[9-0].test", "h7.test", true)]
    [InlineData("h[^0-9].test", "hx.test", true)]
    [InlineData("h[^0-9].test", "h7.test", false)]
    [InlineData("[abc]", "b", true)]
    [InlineData("[]x]", "]", true)]
    [InlineData("[^]x]", "]", false)]
    [InlineData("[a-]", "-", true)]
    [InlineData("[-a]", "-", true)]
    [InlineData("[\\x]", "\\", true)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "a", false)]
    [InlineData("\\[1.2.3.4]", "[1.2.3.4]", true)]
    [InlineData("Mail", "mail", false)]
    [InlineData("[A-C]", "b", false)]
    [InlineData("*é", "café", true)]
    public void IsMatch_CaseMatters_MatchesAsWildmatDoes(string pattern, string text, bool expected) => Assert.Equal(expected, Parse(pattern, ignoreCase: false).IsMatch(text));

    [Theory]
    [InlineData("Mail.*", "mAIL.test")]
    [InlineData("[A-C]x", "bX")]
    [InlineData("[a-c]x", "BX")]
    public void IsMatch_CaseIgnored_TakesBoth(string pattern, string text) => Assert.True(Parse(pattern, ignoreCase: true).IsMatch(text));

    [Fact]
    public void IsMatch_NegatedSetWithoutCase_LeavesOutBoth() => Assert.False(Parse("[^a]", ignoreCase: true).IsMatch("A"));

    [Theory]
    [InlineData("")]
    [InlineData("[abc")]
    [InlineData("[")]
    [InlineData("[]")]
    [InlineData("[^]")]
    [InlineData("a\\")]
    public void TryParse_Malformed_SaysWhy(string pattern)
    {
        Assert.False(WildMat.TryParse(pattern, ignoreCase: false, out _, out string? error));
        Assert.NotEmpty(error);
    }

    [Theory]
    [InlineData(WildMat.PatternLengthMax - 1, true)]
    [InlineData(WildMat.PatternLengthMax, true)]
    [InlineData(WildMat.PatternLengthMax + 1, false)]
    public void TryParse_LengthOfPattern_IsLimited(int length, bool expected) => Assert.Equal(expected, WildMat.TryParse(new string('a', length), false, out _, out _));

    // Each star that could be tried again multiplies the steps in a naive matcher: this input would take longer than the universe has.
    [Fact]
    public void IsMatch_ManyStarsThatNeverFit_Ends()
    {
        WildMat pattern = Parse(string.Concat(Enumerable.Repeat("*a", 200)) + "*b", ignoreCase: false);
        Assert.False(pattern.IsMatch(new string('a', 10_000)));
    }

    [Fact]
    public void IsMatch_AgainstSimpleOracle_AgreesOnEveryShortText()
    {
        string[] patterns = ["*", "a*", "*a", "*a*", "a*b", "?b*", "*ab*a", "[ab]*b", "[^a]*", "**b?", "a?*b"];
        foreach (string text in Texts(5))
        {
            foreach (string pattern in patterns)
            {
                Assert.True(Oracle(pattern, text) == Parse(pattern, ignoreCase: false).IsMatch(text), $"{pattern} against '{text}'");
            }
        }
    }

    [Fact]
    public void List_LastMatchWins_AndExclamationMarkTakesBack()
    {
        List<string> errors = [];
        WildMatList list = WildMatList.Parse(["*", "!*.example.org", "bad.example.org"], ignoreCase: true, errors);
        Assert.Empty(errors);
        Assert.Equal("*", list.Find("other.test")?.Text);
        Assert.Null(list.Find("good.example.org"));
        Assert.Equal("bad.example.org", list.Find("BAD.example.org")?.Text);
        Assert.Null(WildMatList.Empty.Find("anything"));
    }

    [Fact]
    public void List_WrongLines_AreReportedEach()
    {
        List<string> errors = [];
        Assert.Equal(1, WildMatList.Parse(["[a", "ok", "!x\\", "!"], ignoreCase: true, errors).Count);
        Assert.Equal(3, errors.Count);
        Assert.StartsWith("'[a'", errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public void IsMatch_Allocates_Nothing()
    {
        WildMat pattern = Parse("*.dyn[0-9]?.example.*", ignoreCase: true);
        bool matched = false;
        long before = 0;
        for (int round = 0; round < 50; round++)
        {
            before = round == 40 ? GC.GetAllocatedBytesForCurrentThread() : before;
            matched |= pattern.IsMatch("host.dyn7a.example.org");
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(matched);
    }

    private static WildMat Parse(string pattern, bool ignoreCase)
    {
        Assert.True(WildMat.TryParse(pattern, ignoreCase, out WildMat? parsed, out string? error), error);
        return parsed;
    }

    private static IEnumerable<string> Texts(int lengthMax) =>
        Enumerable.Range(0, lengthMax + 1).SelectMany(static length => Enumerable.Range(0, 1 << length)
            .Select(bits => string.Create(length, bits, static (text, bits) =>
            {
                for (int i = 0; i < text.Length; i++) text[i] = (bits >> i & 1) == 0 ? 'a' : 'b';
            })));

    // The definition, word by word; exponential, and fit only for short texts.
    private static bool Oracle(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        if (pattern.IsEmpty) return text.IsEmpty;
        if (pattern[0] == '*') return Oracle(pattern[1..], text) || (!text.IsEmpty && Oracle(pattern, text[1..]));
        if (text.IsEmpty) return false;
        if (pattern[0] != '[') return (pattern[0] == '?' || pattern[0] == text[0]) && Oracle(pattern[1..], text[1..]);
        int end = pattern.IndexOf(']');
        bool negated = pattern[1] == '^';
        return pattern[(negated ? 2 : 1)..end].Contains(text[0]) != negated && Oracle(pattern[(end + 1)..], text[1..]);
    }
}
