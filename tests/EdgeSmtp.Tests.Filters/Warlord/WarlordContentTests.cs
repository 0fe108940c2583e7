using System.Text;
using EdgeSmtp.Filters.Warlord;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Warlord;

/// <summary>What content is by itself, under a name and a type that say nothing.</summary>
public sealed class WarlordContentTests : WarlordTest
{
    public static TheoryData<string, byte[], string?> Contents => new()
    {
        { "PE", WarlordMail.Program, "executable" },
        { "PE whose header is filled up", [.. "MZ"u8, .. Enumerable.Repeat((byte)'A', 58), 0x40, (byte)'A', (byte)'A', 3, .. "PE\0\0"u8, .. new byte[100]], "executable" },
        { "DOS program of ZM", [.. "ZM"u8, .. new byte[100]], "executable" },
        { "sentence of MZ", "MZ is how the first bytes of a program for DOS and Windows read, by its author."u8.ToArray(), null },
        { "ELF", [0x7F, .. "ELF"u8, 2, 1, 1, .. new byte[60]], "executable" },
        { "short ELF", [0x7F, .. "ELF"u8], "executable" },
        { "Mach-O 64", [0xCF, 0xFA, 0xED, 0xFE, .. new byte[60]], "executable" },
        { "Mach-O 32 big", [0xFE, 0xED, 0xFA, 0xCE, .. new byte[60]], "executable" },
        { "Mach-O fat", [0xCA, 0xFE, 0xBA, 0xBE, 0, 0, 0, 2, .. new byte[60]], "executable" },
        { "Java class", [0xCA, 0xFE, 0xBA, 0xBE, 0, 0, 0, 0x41, .. new byte[60]], "executable" },
        { "LNK", [0x4C, 0, 0, 0, 1, 0x14, 2, 0, .. new byte[68]], "shortcut" },
        { "shell script", "#!/bin/sh\necho\n"u8.ToArray(), "script" },
        { "VHDX", [.. "vhdxfile"u8, .. new byte[100]], "disk-image" },
        { "ISO", [.. new byte[32768], 1, .. "CD001"u8, .. new byte[3000]], "disk-image" },
        { "UDF", [.. new byte[32768], 0, .. "BEA01"u8], "disk-image" },
        { "zeros", new byte[40000], null },
        { "OLE", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[3000]], null },
        { "OLE with macros", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[9000], .. Encoding.Unicode.GetBytes("_VBA_PROJECT"), .. new byte[100]], "macro" },
        { "macros of no OLE", [.. new byte[100], .. Encoding.Unicode.GetBytes("_VBA_PROJECT"), .. new byte[100]], null },
        { "RTF", "{\\rtf1 text}"u8.ToArray(), null },
        { "PNG", [0x89, .. "PNG\r\n"u8, 0x1A, .. new byte[500]], null },
    };

    [Theory]
    [MemberData(nameof(Contents))]
    public async Task Content_ByItsFirstBytes_IsJudged(string what, byte[] content, string? token)
    {
        WarlordFilterOptions options = new() { BadMimeType = "Off", OnMacro = WarlordAction.Reject };
        Assert.True(token == await TokenAsync(WarlordMail.Base64(content), options), what);
        Assert.True(token == await TokenAsync(WarlordMail.Attached("Content-Type: image/png\nContent-Transfer-Encoding: quoted-printable", WarlordMail.QuotedPrintable(content)), options), what);
        Assert.True(token == await TokenAsync(WarlordMail.Attached("Content-Type: text/plain", WarlordMail.Uuencode(content, "picture.png")), options), what);
    }

    [Fact]
    public async Task Program_BehindAnotherFileOfTheSamePart_IsSeen() => Assert.Equal(
        "executable",
        await TokenAsync(
            WarlordMail.Attached("Content-Transfer-Encoding: x-uuencode", WarlordMail.Uuencode(WarlordMail.Harmless, "a.dat") + WarlordMail.Uuencode(WarlordMail.Program, "b.dat")),
            Only() with { OnExecutable = WarlordAction.Reject }));

    // The place of the descriptor of a volume, and the name of a macro, may lie anywhere in chunks.
    [Theory]
    [MemberData(nameof(Contents))]
    public async Task Content_InSmallChunks_IsJudgedAlike(string what, byte[] content, string? token)
    {
        if (content.Length > 10_000)
        {
            content = [.. content.TakeLast(10_000)];
            token = null;
        }

        using EdgeSmtp.Testing.Harness.FilterHarness harness = EdgeSmtp.Testing.Harness.FilterHarness.Of(
            static filters => filters.AddWarlord(), new WarlordFilterOptions { BadMimeType = "Off", OnMacro = WarlordAction.Reject });
        harness.ChunkBytes = 3;
        Assert.True(token == (await harness.BodyAsync(Bytes(WarlordMail.Base64(content))))[0].Reason?.Token, what);
    }
}
