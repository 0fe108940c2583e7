using EdgeSmtp.Protocol.Content;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Protocol.Content;

public sealed class HeaderFieldsTests
{
    private const string Header = "From: a\r\nTo: b,\r\n\tc\r\nfrom : d\r\nbad line\r\n more bad\r\nX:\r\n";

    [Fact]
    public void MoveNext_Header_GivesEachFieldInOrder()
    {
        List<string> found = [];
        foreach (HeaderFieldView field in new HeaderFields(Bytes.Of(Header + "\r\nFrom: body\r\n")))
            found.Add($"{field.Offset}|{Bytes.Text(field.Name)}|{Bytes.Text(field.RawValue)}|{field.IsMalformed}");
        Assert.Equal(
            ["0|From| a|False", "9|To| b,\r\n\tc|False", "21|from| d|False", "31||bad line\r\n more bad|True", "52|X||False"],
            found);
    }

    [Fact]
    public void MoveNext_RandomBlocks_GivesEveryByteOnce()
    {
        string[] parts = ["A", ":", " ", "\t", "\r\n", "\n", "\r", "value", "\0"];
        Random random = new(71);
        for (int round = 0; round < 30_000; round++)
        {
            byte[] block = Bytes.Of(string.Concat(Enumerable.Range(0, random.Next(0, 14)).Select(_ => parts[random.Next(parts.Length)])));
            int next = 0;
            foreach (HeaderFieldView field in new HeaderFields(block))
            {
                Assert.Equal(next, field.Offset);
                Assert.NotEqual(0, field.Raw.Length);
                next += field.Raw.Length;
            }

            Assert.True(next == block.Length || Bytes.Text(block.AsSpan(next)).StartsWith("\r\n", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("From", 1, " a")]
    [InlineData("FROM", 2, " d")]
    [InlineData("from", -1, " d")]
    [InlineData("from", -2, " a")]
    [InlineData("x", 1, "")]
    [InlineData("from", 3, null)]
    [InlineData("from", -3, null)]
    [InlineData("bad line", 1, null)]
    [InlineData("", 1, null)]
    public void TryFind_NameAndOccurrence_CountFromEitherEnd(string name, int occurrence, string? value)
    {
        Assert.Equal(value is not null, HeaderFields.TryFind(Bytes.Of(Header), Bytes.Of(name), occurrence, out HeaderFieldView field));
        if (value is not null) Assert.Equal(value, Bytes.Text(field.RawValue));
    }

    [Theory]
    [InlineData("Subject", "hello", "Subject: hello\r\n")]
    [InlineData("Subject", "  hello \t", "Subject: hello\r\n")]
    [InlineData("X-Empty", "", "X-Empty: \r\n")]
    [InlineData("X", "gr\u00fcn", "X: gr\u00c3\u00bcn\r\n")]
    public void Fold_ShortValue_IsOneLine(string name, string value, string field) => Assert.Equal(field, Bytes.Text(HeaderField.Fold(name, value)));

    [Fact]
    public void Fold_LongValue_IsFoldedAndUnfoldsToItself()
    {
        string value = string.Join(' ', Enumerable.Range(0, 60).Select(i => new string('w', (i % 9) + 1))) + "\t\t tail " + new string('x', 200) + " end";
        string field = Bytes.Text(HeaderField.Fold("X-Long", value));
        string[] lines = field.Split("\r\n")[..^1];
        Assert.True(lines.Length > 4);
        Assert.All(lines, line => Assert.True(line.Length <= HeaderField.FoldColumn || line.Contains("xxxx", StringComparison.Ordinal)));
        Assert.All(lines[1..], line => Assert.True(line[0] is ' ' or '\t' && line.Trim(' ', '\t').Length > 0));
        Assert.Equal("X-Long: " + value, field.Replace("\r\n", string.Empty));
        HeaderScanner scanner = new();
        scanner.Scan(Bytes.Of(field + "\r\n"));
        Assert.Equal(1, scanner.FieldCount);
        Assert.False(scanner.IsMalformed);
    }

    [Theory]
    [InlineData(78 - 3, 1)]
    [InlineData(79 - 3, 2)]
    public void Fold_AroundTheColumn_Rfc5322Section2_1_1(int length, int lines)
    {
        string value = new string('a', length - 2) + " b";
        Assert.Equal(lines, Bytes.Text(HeaderField.Fold("X", value)).Split("\r\n").Length - 1);
    }

    [Theory]
    [InlineData(998 - 3, true)]
    [InlineData(999 - 3, false)]
    public void TryFold_WordAroundTheLineLimit_IsTakenUpToIt(int length, bool taken) =>
        Assert.Equal(taken, HeaderField.TryFold("X", new string('a', length), out _));

    [Theory]
    [InlineData("Subject", "a\r\nBcc: evil")]
    [InlineData("Subject", "a\nBcc: evil")]
    [InlineData("Subject", "a\rb")]
    [InlineData("Subject", "a\0b")]
    [InlineData("Subject", "a\u001bb")]
    [InlineData("Subject", "a\u0085b")]
    [InlineData("Subject", "a\u2028b")]
    [InlineData("Sub ject", "a")]
    [InlineData("Subject:", "a")]
    [InlineData("Subj\r\n", "a")]
    [InlineData("", "a")]
    [InlineData("N\u00e4me", "a")]
    public void TryFold_Injection_IsRefused(string name, string value)
    {
        Assert.False(HeaderField.TryFold(name, value, out _));
        Assert.Throws<ArgumentException>(() => HeaderField.Fold(name, value));
    }
}
