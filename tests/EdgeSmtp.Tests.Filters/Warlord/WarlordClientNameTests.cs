using System.Text;
using EdgeSmtp.Abstractions;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Warlord;

/// <summary>Names as programs in everyday use write them: what is in them is found, and nothing else is held against them.</summary>
public sealed class WarlordClientNameTests : WarlordTest
{
    private const int WordBytesMax = 45;

    private static readonly string[] Names = ["Rechnung März 2024", "見積書（最終版）", "報告書 ぎふ ソ能表", "보고서", "it's 100% (a+b)=c & d; e, \"quoted\" [1]", "x"];

    /// <summary>Each way of writing a name.</summary>
    private static readonly Dictionary<string, Func<string, string>> Programs = new()
    {
        ["Outlook"] = static name => $"Content-Type: application/octet-stream; name={Quoted(Words(name, "utf-8"))}\nContent-Description: {Words(name, "utf-8")}\n"
            + $"Content-Disposition: attachment; filename={Quoted(Words(name, "utf-8"))};\n\tsize=12; creation-date=\"Mon, 04 Mar 2024 10:00:00 GMT\";\n\tmodification-date=\"Mon, 04 Mar 2024 10:00:00 GMT\"",
        ["Gmail"] = static name => $"Content-Type: application/octet-stream; name={Quoted(Words(name, "UTF-8"))}\nContent-Disposition: attachment; filename={Quoted(Words(name, "UTF-8"))}\nX-Attachment-Id: f_1",
        ["Apple Mail"] = static name => $"Content-Disposition: attachment;\n\tfilename*=utf-8''{Uri.EscapeDataString(name)}\nContent-Type: application/octet-stream;\n\tx-unix-mode=0644;\n\tname={Quoted(Hex(name))}",
        ["Thunderbird"] = static name => $"Content-Type: application/octet-stream; name={Quoted(Words(name, "UTF-8"))}\nContent-Disposition: attachment;\n{Sections(name)}",
        ["as it stands"] = static name => $"Content-Type: application/octet-stream;\n name={Quoted(name)}\nContent-Disposition: attachment;\n filename={Quoted(name)};",
    };

    public static TheoryData<string, string> Written
    {
        get
        {
            TheoryData<string, string> written = [];
            foreach (string name in Names)
                foreach (string program in Programs.Keys)
                    written.Add(program, name);
            return written;
        }
    }

    [Theory]
    [MemberData(nameof(Written))]
    public async Task Name_AsAProgramWritesIt_IsReadToItsEnd(string program, string name)
    {
        Verdict harmless = await JudgeAsync(WarlordMail.Base64(WarlordMail.Harmless, Programs[program](name + ".pdf")));
        Assert.True(harmless.Reason is null, $"{harmless.Reason} {harmless.Detail}");
        Assert.Equal("bad-file-name", await TokenAsync(WarlordMail.Base64(WarlordMail.Harmless, Programs[program](name + ".exe"))));
    }

    // What programs of Japan and Korea send beside UTF-8. In ISO-2022 and Shift_JIS the second byte of a character may look like a letter of ASCII, a backslash or a dot.
    [Theory]
    [InlineData("iso-2022-jp", "見積書（最終版）2024年3月 株式会社サンプル御中 第一四半期決算")]
    [InlineData("ISO-2022-JP", "報告書 ぎふ ソ能表")]
    [InlineData("Shift_JIS", "見積書（最終版）2024年3月 株式会社サンプル御中 第一四半期決算")]
    [InlineData("shift_jis", "報告書 ぎふ ソ能表")]
    [InlineData("iso-2022-kr", "보고서 2024")]
    [InlineData("euc-kr", "보고서 2024")]
    [InlineData("euc-jp", "報告書 ぎふ ソ能表")]
    [InlineData("gb2312", "报告 2024")]
    [InlineData("big5", "報告功能表 2024")]
    public async Task Name_InACharacterSetOfAsia_IsReadToItsEnd(string charset, string name)
    {
        foreach (Func<string, string> form in new Func<string, string>[] { file => $"filename={Quoted(Words(file, charset))}", file => $"filename*={charset}''{Percent(file, charset)}" })
        {
            Verdict harmless = await JudgeAsync(WarlordMail.Base64(WarlordMail.Harmless, $"Content-Disposition: attachment;\n {form(name + ".pdf")}"));
            Assert.True(harmless.Reason is null, $"{harmless.Reason} {harmless.Detail}");
            Assert.Equal("bad-file-name", await TokenAsync(WarlordMail.Base64(WarlordMail.Harmless, $"Content-Disposition: attachment;\n {form(name + ".exe")}")));
        }
    }

    private static string Quoted(string name) => $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static Encoding EncodingOf(string charset) => CodePagesEncodingProvider.Instance.GetEncoding(charset) ?? Encoding.GetEncoding(charset);

    private static string Percent(string name, string charset) => string.Concat(EncodingOf(charset).GetBytes(name).Select(static b => char.IsAsciiLetterOrDigit((char)b) ? $"{(char)b}" : $"%{b:X2}"));

    /// <summary>Encoded words of whole characters (RFC 2047 §5), on lines of their own.</summary>
    private static string Words(string name, string charset)
    {
        Encoding encoding = EncodingOf(charset);
        StringBuilder words = new();
        StringBuilder word = new();
        foreach (Rune letter in name.EnumerateRunes())
        {
            if (encoding.GetByteCount(word.ToString() + letter) > WordBytesMax) End();
            word.Append(letter);
        }

        End();
        return words.ToString();

        void End()
        {
            words.Append(words.Length == 0 ? string.Empty : "\n ").Append(System.Globalization.CultureInfo.InvariantCulture, $"=?{charset}?B?{Convert.ToBase64String(encoding.GetBytes(word.ToString()))}?=");
            word.Clear();
        }
    }

    /// <summary>One encoded word of hexadecimal digits.</summary>
    private static string Hex(string name) => $"=?utf-8?Q?{string.Concat(Encoding.UTF8.GetBytes(name).Select(static b => b == ' ' ? "_" : $"={b:X2}"))}?=";

    /// <summary>RFC 2231 §3, cut wherever the line is full.</summary>
    private static string Sections(string name)
    {
        string escaped = Uri.EscapeDataString(name);
        return string.Join(";\n", escaped.Chunk(60).Select((piece, index) => $" filename*{index}*={(index == 0 ? "UTF-8''" : string.Empty)}{new string(piece)}"));
    }
}
