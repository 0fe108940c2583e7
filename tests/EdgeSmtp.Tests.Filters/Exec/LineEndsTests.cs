using System.Buffers;
using System.Text;
using CsCheck;
using EdgeSmtp.Filters.Exec;
using EdgeSmtp.Testing.Sessions;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Exec;

/// <summary>CRLF to LF and back.</summary>
public sealed class LineEndsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Lines_CutAnywhere_LoseTheirCrAndGetItBack(int blockBytes)
    {
        const string Text = "a\r\n\r\nbc\r\n.\r\nlast";
        using TestMessageContent content = new(Encoding.ASCII.GetBytes(Text), blockBytes: blockBytes);
        Assert.Equal(Text.Replace("\r\n", "\n", StringComparison.Ordinal), ToLf(content.Bytes));
        Assert.True(LineEnds.TryMakeCrLf(Encoding.ASCII.GetBytes(ToLf(content.Bytes)), out byte[]? back));
        Assert.Equal(Text, Encoding.ASCII.GetString(back));
    }

    [Theory]
    [InlineData("a\rb")]
    [InlineData("a\nb")]
    [InlineData("a\r\r\nb")]
    [InlineData("a\n\r\nb")]
    [InlineData("\n")]
    [InlineData("a\r")]
    public void Text_WithALoneCrOrLf_IsRefused_HoweverItIsCut(string text)
    {
        for (int cut = 1; cut <= text.Length; cut++)
        {
            using TestMessageContent content = new(Encoding.ASCII.GetBytes(text), blockBytes: cut);
            Assert.Throws<InvalidDataException>(() => ToLf(content.Bytes));
        }
    }

    [Fact]
    public void AnyLines_ComeBack() => Gen.Char['a', 'c'].Array[0, 5].Select(static letters => new string(letters)).Array[1, 8].Sample(static lines =>
    {
        string text = string.Join("\r\n", lines);
        return LineEnds.TryMakeCrLf(Encoding.ASCII.GetBytes(ToLf(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(text)))), out byte[]? back) && Encoding.ASCII.GetString(back) == text;
    });

    private static string ToLf(ReadOnlySequence<byte> content)
    {
        using MemoryStream output = new();
        LineEnds.WriteWithLf(content, output);
        return Encoding.ASCII.GetString(output.ToArray());
    }
}
