using System.Net;
using CsCheck;
using EdgeSmtp.Abstractions.Authentication;
using EdgeSmtp.Filters.Spf.Evaluation;
using EdgeSmtp.Filters.Spf.Macros;
using EdgeSmtp.Filters.Spf.Records;
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

    [Fact]
    public void RecordParser_AnyText_NeverThrows() => Gen.OneOf(Noise, Terms).Sample(
        static text =>
        {
            bool isRecord = SpfRecordParser.TryParseTerms(text, out SpfRecord? record, out string problem);
            Assert.Equal(isRecord, record is not null);
            Assert.Equal(isRecord, problem.Length == 0);
            Assert.True(problem.Length < 200 && !problem.AsSpan().ContainsAnyExceptInRange(' ', '~'));
            Assert.Equal(isRecord, SpfRecordParser.TryParse($"v=spf1 {text}", out _, out _));
        },
        iter: Samples);

    // Parsed again from what it was written as, a mechanism is the same.
    [Fact]
    public void RecordParser_WhatItTakes_ItTakesAgain() => Terms.Sample(
        static text =>
        {
            if (!SpfRecordParser.TryParseTerms(text, out SpfRecord? record, out _))
            {
                return;
            }

            string again = string.Join(' ', record.Mechanisms.Where(static mechanism => !mechanism.Text.EndsWith("...", StringComparison.Ordinal)).Select(static mechanism => mechanism.Text));
            Assert.True(SpfRecordParser.TryParseTerms(again, out SpfRecord? second, out string problem), problem);
            Assert.Equal(again, string.Join(' ', second.Mechanisms.Select(static mechanism => mechanism.Text)));
        },
        iter: Samples);

    [Fact]
    public void MacroParser_AnyText_NeverThrows_AndExpandsWithinBounds() => Gen.OneOf(Noise, Terms).Sample(
        static text =>
        {
            MacroExpander expander = new(Values);
            if (MacroParser.TryParse(text, MacroUse.Explanation, out MacroString? explanation))
            {
                Assert.True(expander.ExpandText(explanation, "example.org", "unknown", 400).Length <= 400);
            }

            if (MacroParser.TryParseDomain(text, out MacroString? domain))
            {
                Assert.True(MacroParser.TryParse(text, MacroUse.Term, out _));
                string name = expander.ExpandDomain(domain, "example.org", "unknown");
                Assert.True(name.Length <= MacroExpander.NameMax || !name.Contains('.', StringComparison.Ordinal) || !SpfName.IsAskable(name));
            }
        },
        iter: Samples);

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
