using System.Buffers;
using System.Text;
using CsCheck;
using EdgeSmtp.Protocol.Content;
using EdgeSmtp.Testing.Sessions;
using EdgeSmtp.Toolkit.Content;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Toolkit.Content;

public sealed class StagedFieldsTests
{
    private static readonly string[] Parts =
    [
        "Subject: x\r\n", "X-Spam-Flag: a\r\n b\r\n", "X-A :\r\n", " folded\r\n", "\r\n", "no field\r\n", "a\n", new string('n', 80) + ": x\r\n", "Name" + new string(' ', 90) + ": x\r\n",
    ];

    private static readonly Gen<string> Header = Gen.OneOf(
        Gen.Char["aX-: \t\r\n\0\u00e9"].Array[0, 40].Select(static letters => new string(letters)),
        Gen.Int[0, Parts.Length - 1].Array[0, 6].Select(static parts => string.Concat(parts.Select(static part => Parts[part]))));

    // The walk over blocks finds what the walk over a header in one piece finds, wherever the blocks end.
    [Fact]
    public void Walk_OfAnyHeaderInAnyBlocks_FindsTheSameFields() => Gen.Select(Header, Gen.Int[1, 9]).Sample(
        static (text, blockBytes) =>
        {
            byte[] bytes = Encoding.Latin1.GetBytes(text);
            using TestMessageContent content = new(bytes, blockBytes: blockBytes);
            Span<byte> name = stackalloc byte[HeaderField.NameMax];
            StagedFields fields = new(content.Bytes);
            foreach (HeaderFieldView expected in new HeaderFields(bytes))
            {
                Assert.True(fields.MoveNext());
                Assert.Equal(expected.Raw.ToArray(), fields.Current.ToArray());
                string known = expected.Name.Length <= HeaderField.NameMax ? Encoding.ASCII.GetString(expected.Name) : "";
                Assert.Equal(known, Encoding.ASCII.GetString(name[..fields.CopyName(name)]));
            }

            Assert.False(fields.MoveNext());
        },
        iter: 20_000);

    [Theory]
    [InlineData("Subject: one\r\n", "one")]
    [InlineData("Subject:\r\n", "")]
    [InlineData("Subject: one\r\n two\r\n\tthree\r\n", "one two\tthree")]
    [InlineData("Subject: \u00fc\r\n", null)]
    [InlineData("Subject: a\0b\r\n", null)]
    [InlineData("no field\r\n", null)]
    public void Value_IsUnfolded(string field, string? expected)
    {
        using TestMessageContent content = new(Encoding.Latin1.GetBytes(field), blockBytes: 3);
        StagedFields fields = new(content.Bytes);
        Assert.True(fields.MoveNext());
        Assert.Equal(expected, fields.ReadValue());
    }
}
