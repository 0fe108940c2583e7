using System.Buffers;
using System.Text;
using CsCheck;
using EdgeSmtp.Filters.AuthenticationResults;
using Xunit;

namespace EdgeSmtp.Tests.Filters.AuthenticationResults;

public sealed class AuthservIdFuzzTests
{
    private static readonly SearchValues<byte> Specials = SearchValues.Create("\"\\();,@/="u8);
    private static readonly Gen<string> Value = Gen.Char["ab.-1 \t\r\n()\\\";,@/=\0\u00e9"].Array[0, 60].Select(static characters => new string(characters));

    [Fact]
    public void Reader_AnyValue_NeverThrows_AndGivesAPlainWord() => Value.Sample(
        static text =>
        {
            byte[] value = Encoding.UTF8.GetBytes(text);
            if (AuthservIdReader.TryRead(value, out ReadOnlySpan<byte> id))
            {
                Assert.False(id.IsEmpty);
                Assert.True(id.IndexOfAnyInRange((byte)0, (byte)' ') < 0 && id.IndexOfAny(Specials) < 0);
            }
        },
        iter: 50_000);

    // Whatever blanks and comments stand in front, our name is read.
    [Fact]
    public void Reader_OurNameBehindBlanksAndComments_IsRead() => Gen.Char[" \t()a;\"\\"].Array[0, 30].Sample(
        static characters =>
        {
            string noise = new string(characters).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("(", "\\(", StringComparison.Ordinal).Replace(")", "\\)", StringComparison.Ordinal);
            Assert.True(AuthservIdReader.TryRead(Encoding.ASCII.GetBytes($" ({noise}(x) y)\r\n\tmx.example.com; spf=pass"), out ReadOnlySpan<byte> id));
            Assert.True(id.SequenceEqual("mx.example.com"u8));
        },
        iter: 20_000);
}
