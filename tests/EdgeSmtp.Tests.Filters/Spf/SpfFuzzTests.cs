using System.Net;
using CsCheck;
using EdgeSmtp.Abstractions.Authentication;
using EdgeSmtp.Filters.Spf.Macros;
using EdgeSmtp.Fuzz;
using EdgeSmtp.Testing.Dns;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Spf;

/// <summary>Whatever a stranger's zone holds: the parsers never throw, what comes out is bounded, and an evaluation ends.</summary>
public sealed class SpfFuzzTests
{
    private const long Samples = 20_000;
    private const int QuestionsMax = 1 + (10 * 11) + 11 + 1;

    private static readonly Gen<char> Grammar = Gen.Char["aimxp4rudlcesto:/.-+~?=%{}_,0123456789 \t\0é"];

    private static readonly Gen<string> Noise = Gen.OneOf(Grammar.Array[0, 80].Select(static characters => new string(characters)), Gen.String[0, 80]);

    private static readonly Gen<string> Piece = Choice.Of(
        "v=spf1", "all", "include:", "a", "mx", "ptr", "ip4:", "ip6:", "exists:", "redirect=", "exp=", "+", "-", "~", "?", " ", "  ", "example.org", "b.example.net", ".", "/24", "//64", "/0",
        "192.0.2.1", "2001:db8::", "%{i}", "%{d2}", "%{ir}", "%{l-}", "%{S99r.-+,/_=}", "%{p}", "%{h}", "%%", "%_", "%-", "%{", "%", "x=", ":", "\u00e9");

    private static readonly Gen<string> Terms = Piece.Array[0, 24].Select(static pieces => string.Concat(pieces));

    private static readonly MacroValues Values = new(IPAddress.Parse("2001:db8::1"), "a.b-c+d%=", "example.org", new string('h', 255), "mx.example.com", DateTimeOffset.UnixEpoch);

    // What must hold of each text is said by the targets, which afl runs too.
    [Fact]
    public void RecordParser_AnyText_NeverThrows_AndTakesAgainWhatItTook() => Gen.OneOf(Noise, Terms).Sample(SpfRecordTarget.Check, iter: 2 * Samples);

    [Fact]
    public void MacroParser_AnyText_NeverThrows_AndExpandsWithinBounds() => Gen.OneOf(Noise, Terms).Sample(SpfMacroTarget.Check, iter: Samples);

    // The longest record there can be, all macros: the expansion is of the length of a name, not of the record.
    [Fact]
    public void MacroExpander_ARecordFullOfMacros_StaysSmall()
    {
        string text = string.Concat(Enumerable.Repeat("%{h}.%{s}.", 6_000)) + "example.org";
        Assert.True(MacroParser.TryParseDomain(text, out MacroString? macro));
        long before = GC.GetAllocatedBytesForCurrentThread();
        string name = new MacroExpander(Values).ExpandDomain(macro, "example.org", "unknown");
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 16_384);
        Assert.True(name.Length <= MacroExpander.NameMax);
        Assert.EndsWith(".example.org", name, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluation_OfAnyRecords_EndsWithinItsQuestions() => Gen.Select(Terms, Terms, Noise).Sample(
        static (first, second, third) =>
        {
            FakeDns dns = SpfTest.Record($"v=spf1 {first} mx include:b.example.net").AddText("b.example.net", $"v=spf1 {second}").AddText("d.example.net", third)
                .AddMx(SpfTest.Domain, 1, "mx.example.org").AddAddress("mx.example.org", "198.51.100.1").AddReverse(SpfTest.Client, "mx.example.org");
            Task<SpfResult> check = SpfTest.EvaluateAsync(dns);
            Assert.True(check.IsCompletedSuccessfully);
            Assert.True(dns.Questions.Count <= QuestionsMax);
            Assert.NotEqual(SpfStatus.TempError, check.Result.Status);
        },
        iter: Samples / 4);
}
