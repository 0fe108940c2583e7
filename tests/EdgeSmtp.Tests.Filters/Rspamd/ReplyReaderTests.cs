using System.Text;
using System.Text.Json;
using CsCheck;
using EdgeSmtp.Filters.Rspamd;
using EdgeSmtp.Protocol.Content;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Rspamd;

public sealed class ReplyReaderTests
{
    // As rspamd 3.4 answers.
    private const string Good = """
        {"is_skipped":false,"score":5.500000,"required_score":3.0,"action":"reject","symbols":{"MISSING_MID":{"name":"MISSING_MID","score":2.5,"metric_score":2.5,"options":["0"]},
        "R_DKIM_NA":{"name":"R_DKIM_NA","score":0.0}},"messages":{"smtp_message":"no"},"message-id":"undef","time_real":0.002,
        "milter":{"remove_headers":{"X-Old":0},"add_headers":{"X-New":{"order":-1,"value":"default: False [5.50 / 3.00];\r\n\tMISSING_MID(2.50)[]"}}}}
        """;

    [Fact]
    public void Reply_Good_IsRead()
    {
        RspamdFinding finding = ReplyReader.Read(Encoding.UTF8.GetBytes(Good))!;
        Assert.Equal((RspamdAction.Reject, 5.5, 3.0, "MISSING_MID=2.5", "no"), (finding.Action, finding.Score, finding.Required, finding.Symbols, finding.Message));
        Assert.Equal([new("X-Old", null, 0), new("X-New", "default: False [5.50 / 3.00]; MISSING_MID(2.50)[]", 0)], finding.Fields);
    }

    [Theory]
    [InlineData(100, 100)]
    [InlineData(101, 100)]
    public void Fields_AtAndOverTheirNumber(int fields, int taken)
    {
        string added = string.Join(',', Enumerable.Range(0, fields).Select(static i => $"\"X-{i}\":\"1\""));
        Assert.Equal(taken, ReplyReader.Read(Encoding.UTF8.GetBytes("{\"action\":\"reject\",\"score\":1,\"milter\":{\"add_headers\":{" + added + "}}}"))!.Fields.Count);
    }

    // Whatever is changed in a good answer: a finding whose every part can stand where it goes, no answer, or no JSON.
    [Fact]
    public void Reply_Broken_IsReadOrRefused() => Gen.Select(Gen.String["{}[]\":,\\0x-\r\n a5"], Gen.Int[0, Good.Length], Gen.Int[0, 40]).Sample(
        static (noise, at, removed) =>
        {
            string text = Good[..at] + noise[..Math.Min(noise.Length, 12)] + Good[Math.Min(Good.Length, at + removed)..];
            RspamdFinding? finding = null;
            try
            {
                finding = ReplyReader.Read(Encoding.UTF8.GetBytes(text));
            }
            catch (JsonException)
            {
            }

            foreach (RspamdField field in finding?.Fields ?? [])
            {
                Assert.True(HeaderField.IsName(field.Name));
                Assert.True(field.Value is null || HeaderField.TryFold(field.Name, field.Value, out _));
            }

            Assert.True(finding?.Message is null || finding.Message.All(static c => c is >= ' ' and <= '~'));
        },
        iter: 20_000);
}
