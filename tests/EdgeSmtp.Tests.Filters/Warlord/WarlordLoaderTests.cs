using System.Text;
using EdgeSmtp.Filters.Warlord;
using EdgeSmtp.Filters.Warlord.Signatures;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Warlord;

/// <summary>The five characters of loaders: at every alignment, across line ends and chunks, whatever the encoding.</summary>
public sealed class WarlordLoaderTests : WarlordTest
{
    [Theory]
    [InlineData("KERNEL32.dll")]
    [InlineData("USER32.DLL")]
    public async Task Loader_AtEveryAlignment_IsFoundInEveryEncoding(string library)
    {
        WarlordFilterOptions options = Only(badLoaderType: "On");
        for (int alignment = 0; alignment < 3; alignment++)
        {
            byte[] content = [.. WarlordMail.Harmless[..(300 + alignment)], .. Encoding.ASCII.GetBytes(library), .. WarlordMail.Harmless[..50]];
            Assert.Equal("bad-loader-type", await TokenAsync(WarlordMail.Base64(content), options));
            Assert.Equal("bad-loader-type", await TokenAsync(WarlordMail.Attached("Content-Transfer-Encoding: quoted-printable", WarlordMail.QuotedPrintable(content)), options));
            Assert.Equal("bad-loader-type", await TokenAsync(WarlordMail.Attached("Content-Transfer-Encoding: x-uuencode", WarlordMail.Uuencode(content, "a.dat")), options));
        }
    }

    // The original looked at each line alone.
    [Fact]
    public async Task Loader_AcrossLineEnds_IsFound()
    {
        string text = Convert.ToBase64String([.. WarlordMail.Harmless[..30], .. "GDI32.dll"u8, .. WarlordMail.Harmless[..30]]);
        for (int width = 1; width < 60; width++)
        {
            Assert.Equal("bad-loader-type", await TokenAsync(WarlordMail.Attached("Content-Transfer-Encoding: base64", WarlordMail.Lines(text, width)), Only(badLoaderType: "On")));
        }
    }

    // A key stands for 30 bits: at each of its four places in a group they are found, and with one bit changed they are not.
    [Theory]
    [InlineData("Mi5kb")]
    [InlineData("q+/9Z")]
    public void Patterns_AtEveryPlace_FitTheirBitsAlone(string key)
    {
        LoaderList list = LoaderList.Parse([key], []);
        for (int place = 0; place < 8; place++)
        {
            string text = new string('R', 8 + place) + key + "RRRRRRRRRRR";
            byte[] content = Convert.FromBase64String(text[..(text.Length / 4 * 4)]);
            Assert.Equal(key, Find(list, content));
            for (int bit = 0; bit < 30; bit++)
            {
                byte[] changed = [.. content];
                int at = ((8 + place) * 6) + bit;
                changed[at / 8] ^= (byte)(0x80 >> at % 8);
                Assert.Null(Find(list, changed));
            }
        }
    }

    [Fact]
    public void Key_InChunksOfAnySize_IsFound()
    {
        LoaderList list = LoaderList.Parse(LoaderList.Shipped, []);
        byte[] content = [.. WarlordMail.Harmless[..100], .. "x32.dllx"u8, .. WarlordMail.Harmless[..100]];
        for (int size = 1; size < content.Length; size++)
        {
            byte[] kept = new byte[LoaderList.SpanBytes];
            int length = 0;
            bool found = false;
            for (int at = 0; at < content.Length; at += size) found |= list.Find(kept, ref length, content.AsSpan(at, Math.Min(size, content.Length - at))) is not null;
            Assert.True(found, $"chunks of {size}");
        }
    }

    // Base64 within base64: the text of the key itself is what is decoded.
    [Fact]
    public async Task Loader_EncodedAgain_IsFound()
    {
        string inner = Convert.ToBase64String([.. WarlordMail.Harmless[..33], .. "WS2_32.dll"u8]);
        Assert.Equal("bad-loader-type", await TokenAsync(WarlordMail.Base64(Encoding.ASCII.GetBytes(inner)), Only(badLoaderType: "On")));
    }

    [Fact]
    public async Task Loader_ByDefault_IsNotLookedFor() => Assert.Null(await TokenAsync(WarlordMail.Base64("see KERNEL32.dll there"u8.ToArray())));

    private static string? Find(LoaderList list, byte[] content)
    {
        int length = 0;
        return list.Find(new byte[LoaderList.SpanBytes], ref length, content);
    }
}
