using System.IO.Compression;
using System.Text;
using EdgeSmtp.Filters.Warlord;
using EdgeSmtp.Filters.Warlord.Contents;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Warlord;

/// <summary>Members of archives, by what the archive says of them.</summary>
public sealed class WarlordArchiveTests : WarlordTest
{
    private static readonly WarlordFilterOptions Strict = new() { BadMimeType = "Off", OnUnreadableArchive = WarlordAction.Reject, OnMacro = WarlordAction.Reject };

    [Theory]
    [InlineData("letter.txt", null)]
    [InlineData("folder/evil.exe", "archive-member")]
    [InlineData("Evil.SCR", "archive-member")]
    [InlineData("evil.exe. ", "archive-member")]
    [InlineData("evil.exe\0.txt", "archive-member")]
    [InlineData("word/vbaProject.bin", "macro")]
    public async Task Zip_ByTheNamesOfItsMembers(string name, string? token)
    {
        Assert.Equal(token, await TokenAsync(WarlordMail.Base64(Zip(("readme.txt", "x"), (name, "some content"))), Strict));
        Assert.Equal(token, await TokenAsync(WarlordMail.Base64([.. "junk in front"u8, .. Zip((name, "some content"))]), Strict));
    }

    // A program believes the local header or the central directory; the two may differ.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Zip_WhoseDirectoriesDiffer_IsJudgedByBoth(bool isLocal)
    {
        byte[] zip = Zip(("evil.exe", "x"));
        int local = zip.AsSpan().IndexOf("evil.exe"u8);
        int central = zip.AsSpan().LastIndexOf("evil.exe"u8);
        "evil.txt"u8.CopyTo(zip.AsSpan(isLocal ? local : central));
        Assert.Equal("archive-member", await TokenAsync(WarlordMail.Base64(zip), Strict));
        "evil.txt"u8.CopyTo(zip.AsSpan(isLocal ? central : local));
        Assert.Null(await TokenAsync(WarlordMail.Base64(zip), Strict));
    }

    [Fact]
    public async Task Zip_StoredWithinAZip_IsLookedInto()
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        using (Stream entry = archive.CreateEntry("inner.zip", CompressionLevel.NoCompression).Open()) entry.Write(Zip(("evil.js", "x")));
        Assert.Equal("archive-member", await TokenAsync(WarlordMail.Base64(stream.ToArray()), Strict));
    }

    [Fact]
    public async Task Zip_Encrypted_IsUnreadable()
    {
        byte[] zip = Zip(("letter.txt", "x"));
        zip[6] |= 1;
        Assert.Equal("unreadable-archive", await TokenAsync(WarlordMail.Base64(zip), Strict));
        Assert.Null(await TokenAsync(WarlordMail.Base64(zip)));
    }

    // A signature that begins within what looked like one, and names at, under and over the limit.
    [Theory]
    [InlineData("PKPK", 8)]
    [InlineData("PPKP", 508)]
    [InlineData("PKP", 512)]
    [InlineData("PK\u0001", 513)]
    [InlineData("PK\u0003", 5_000)]
    public async Task Zip_FalseStartsAndLongNames_AreFollowed(string front, int nameBytes)
    {
        string name = new string('n', nameBytes - 4) + ".exe";
        Assert.Equal("archive-member", await InChunksAsync([.. Encoding.Latin1.GetBytes(front), .. Zip((name, "x"))]));
    }

    // What decides is the end of a name, however many folders are in front of it and whatever Windows drops behind it.
    [Theory]
    [InlineData(8, "")]
    [InlineData(511, "")]
    [InlineData(512, ". ")]
    [InlineData(513, "")]
    [InlineData(4_000, "\0.txt")]
    [InlineData(600, "                                                                                                                                ")]
    public async Task Member_WithALongName_IsFoundByItsEnd(int nameBytes, string behind)
    {
        string name = new string('n', nameBytes - 4) + ".exe" + behind;
        Assert.Equal("archive-member", await InChunksAsync(Zip((name, "x"))));
        Assert.Equal("archive-member", await InChunksAsync(Rar4(File4(name, 0, 0))));
        Assert.Equal("archive-member", await InChunksAsync(Rar5(File5(name, false, 0))));
        Assert.Equal("archive-member", await InChunksAsync(SevenZip(name)));
        Assert.Null(await InChunksAsync(Zip((name.Replace(".exe", ".ok", StringComparison.Ordinal), "x"))));
    }

    [Fact]
    public async Task Zip_NameOfManyBytesAndFewCharacters_IsFoundByItsEnd() =>
        Assert.Equal("archive-member", await InChunksAsync(Zip((new string('\u6587', 170) + ".exe", "x"))));

    [Theory]
    [InlineData(RarArchive.KeptBytes - 33, "archive-member")]
    [InlineData(RarArchive.KeptBytes - 32, "archive-member")]
    [InlineData(RarArchive.KeptBytes - 31, "mime-too-complex")]
    public async Task Rar_NameThatGoesOnBehindWhatIsKept_IsTooMuch(int nameBytes, string token)
    {
        Assert.Equal(token, await InChunksAsync(Rar4(File4(new string('n', nameBytes - 4) + ".exe", 0, 0))));

        // The header of format 5 is 12 bytes shorter.
        Assert.Equal(token, await InChunksAsync(Rar5(File5(new string('n', nameBytes + 8) + ".exe", false, 0))));
    }

    public static TheoryData<string, byte[]> Fronts => new()
    {
        { "nothing", [] },
        { "the end of a word", [.. "XP"u8] },
        { "PKP", [.. "PKP"u8] },
        { "PPKP", [.. "PPKP"u8] },
        { "PKPK", [.. "PKPK"u8] },
        { "half a central signature", [.. "PK\u0001"u8] },
        { "half a local signature", [.. "PK\u0003"u8] },
        { "a false local header", FalseLocal(512) },
        { "a false central header", FalseCentral(512) },
        { "a false local header with the longest name", FalseLocal(ushort.MaxValue) },
        { "two false headers", [.. FalseCentral(700), .. FalseLocal(900)] },
        { "false headers that overlap", [.. FalseLocal(512).AsSpan(0, 6), .. FalseLocal(512)] },
    };

    // One header alone says what the member is, and what stands in front of both is no part of the archive for programs that go by its end.
    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task Zip_WithSomethingInFrontOfItsHeaders_IsJudgedByBoth(string what, byte[] front)
    {
        byte[] zip = Zip(("evil.exe", "x"));
        int central = zip.AsSpan().IndexOf("PK\u0001\u0002"u8);
        foreach (bool isLocal in new[] { true, false })
        {
            byte[] content = [.. front, .. zip.AsSpan(0, central), .. front, .. zip.AsSpan(central)];
            int told = isLocal ? content.AsSpan().LastIndexOf("evil.exe"u8) : content.AsSpan().IndexOf("evil.exe"u8);
            "evil.txt"u8.CopyTo(content.AsSpan(told));
            Assert.True(await InChunksAsync(content) == "archive-member", $"{what}, local: {isLocal}");
        }

        Assert.Null(await InChunksAsync([.. front, .. Zip(("letter.txt", "x"))]));
    }

    // A header takes the place of a reader until its name has passed.
    [Theory]
    [InlineData(6, null)]
    [InlineData(7, null)]
    [InlineData(8, "mime-too-complex")]
    public async Task Zip_HeadersWithinOneAnother_AreFollowedUpToALimit(int count, string? token)
    {
        byte[] front = [.. Enumerable.Repeat(FalseLocal(ushort.MaxValue), count).SelectMany(static header => header)];
        Assert.Equal(token, await InChunksAsync([.. front, .. Zip(("letter.txt", "x"))]));
        Assert.Equal(token ?? "archive-member", await InChunksAsync([.. front, .. Zip(("evil.exe", "x"))]));
    }

    [Theory]
    [InlineData("letter.txt", 0, null)]
    [InlineData("evil.exe", 0, "archive-member")]
    [InlineData("letter.txt", 4, "unreadable-archive")]
    public async Task Rar4_ByItsHeaders(string second, int flags, string? token)
    {
        byte[] rar = [.. "Rar!\u001A\u0007\u0000"u8, .. Block4(0x73, 0, new byte[6]), .. File4("first.txt", 0, 70), .. new byte[70], .. File4(second, flags, 3), 1, 2, 3, .. Block4(0x7B, 0, [])];
        Assert.Equal(token, await TokenAsync(WarlordMail.Base64(rar), Strict));
    }

    [Fact]
    public async Task Rar4_EncryptedDirectory_IsUnreadable() =>
        Assert.Equal("unreadable-archive", await TokenAsync(WarlordMail.Base64([.. "Rar!\u001A\u0007\u0000"u8, .. Block4(0x73, 0x80, new byte[6]), .. WarlordMail.Harmless]), Strict));

    [Theory]
    [InlineData("letter.txt", false, null)]
    [InlineData("evil.exe", false, "archive-member")]
    [InlineData("letter.txt", true, "unreadable-archive")]
    public async Task Rar5_ByItsHeaders(string second, bool isEncrypted, string? token)
    {
        byte[] rar = [.. "Rar!\u001A\u0007\u0001\u0000"u8, .. Block5([1, 0, 0]), .. File5("first.txt", false, 200), .. new byte[200], .. File5(second, isEncrypted, 2), 1, 2, .. Block5([5, 0, 0])];
        Assert.Equal(token, await TokenAsync(WarlordMail.Base64(rar), Strict));
    }

    [Fact]
    public async Task Rar5_EncryptedDirectory_IsUnreadable() =>
        Assert.Equal("unreadable-archive", await TokenAsync(WarlordMail.Base64([.. "Rar!\u001A\u0007\u0001\u0000"u8, .. Block5([4, 0, 0, 0, 15]), .. WarlordMail.Harmless]), Strict));

    // Programs show the second name: of RAR 4 behind a NUL, here by each of the four steps, and of a zip in an extra field.
    [Theory]
    [InlineData(new byte[] { 0, 0b00_00_00_00, (byte)'e', (byte)'v', (byte)'i', (byte)'l', 0b00_00_00_00, (byte)'.', (byte)'e', (byte)'x', (byte)'e' }, "archive-member")]
    [InlineData(new byte[] { 0, 0b01_01_01_10, (byte)'a', (byte)'.', (byte)'e', (byte)'x', 0, 0b00_00_00_00, (byte)'e' }, "archive-member")]
    [InlineData(new byte[] { 4, 0b01_11_00_00, 0x35, 4, (byte)'e', (byte)'x', 0b00_00_00_00, (byte)'e' }, "archive-member")]
    [InlineData(new byte[] { 0, 0b11_11_00_00, 2, 0x80, 0, (byte)'.', (byte)'e', 0b00_00_00_00, (byte)'x', (byte)'e' }, "archive-member")]
    [InlineData(new byte[] { 4, 0b01_01_01_10, (byte)'a', (byte)'.', (byte)'e', (byte)'x', 0, 0b00_00_00_00, (byte)'e' }, null)]
    [InlineData(new byte[] { 0, 0b11_11_11_11, 0x7F, 0x7F, 0xFF, 1, 0xFF }, null)]
    [InlineData(new byte[] { 0, 0b10_00_00_00, (byte)'e' }, null)]
    [InlineData(new byte[] { 0 }, null)]
    public async Task Rar4_SecondName_IsJudgedToo(byte[] second, string? token) =>
        Assert.Equal(token, await InChunksAsync(Rar4(File4("report.txt\0" + Encoding.Latin1.GetString(second), 0x200, 0))));

    [Theory]
    [InlineData("letter.txt", null)]
    [InlineData("evil.exe", "archive-member")]
    public async Task Zip_SecondName_IsJudgedToo(string second, string? token)
    {
        byte[] path = [0x75, 0x70, (byte)(5 + second.Length), 0, 1, 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(second)];
        byte[] extra = [0x55, 0x54, 5, 0, 3, 0, 0, 0, 0, .. path, 1];
        byte[] local = FalseLocal(10);
        byte[] central = FalseCentral(10);
        local[28] = central[30] = (byte)extra.Length;
        Assert.Equal(token, await InChunksAsync([.. local, .. "report.txt"u8, .. extra, .. new byte[20]]));
        Assert.Equal(token, await InChunksAsync([.. central, .. "report.txt"u8, .. extra, .. new byte[20]]));

        // Behind the end of the extra fields there are none.
        local[28] = 9;
        Assert.Null(await InChunksAsync([.. local, .. "report.txt"u8, .. extra, .. new byte[20]]));
    }

    // Programs look for the signature of a RAR behind whatever stands in front, and skip blocks that they do not know.
    [Theory]
    [InlineData("letter.txt", null)]
    [InlineData("evil.exe", "archive-member")]
    public async Task Rar_BehindSomethingElse_IsLookedInto(string name, string? token)
    {
        foreach (byte[] rar in new[] { Rar4(File4(name, 0, 0)), Rar5(File5(name, false, 0)) })
        {
            foreach (string front in new[] { "x", "Rar", "Rar!\u001A", "Rar!\u001A\u0007\u0009", "RRar!Rar!" })
            {
                Assert.Equal(token, await InChunksAsync([.. Encoding.Latin1.GetBytes(front), .. rar]));
            }
        }

        Assert.Equal(token, await InChunksAsync(Rar4([.. Block4(0x71, 0, new byte[3]), .. Block4(0x01, 0x8000, [2, 0, 0, 0]), 1, 2, .. File4(name, 0, 0)])));
        Assert.Equal(token, await InChunksAsync(Rar5([.. Block5([6, 0, 0]), .. Block5([9, 2, 3]), 1, 2, 3, .. File5(name, false, 0)])));
    }

    // A false archive claims all that follows as its data.
    [Theory]
    [InlineData(6, "archive-member")]
    [InlineData(7, "archive-member")]
    [InlineData(8, "mime-too-complex")]
    public async Task Rar_WithinFalseOnes_IsLookedIntoUpToALimit(int count, string token)
    {
        byte[] front = [.. "Rar!\u001A\u0007\u0000"u8, .. Block4(0x71, 0x8000, [0xFF, 0xFF, 0xFF, 0xFF])];
        Assert.Equal(token, await InChunksAsync([.. Enumerable.Repeat(front, count).SelectMany(static bytes => bytes), .. Rar4(File4("evil.exe", 0, 0))]));
    }

    [Fact]
    public async Task Rar_BrokenHeader_IsUnreadable()
    {
        Assert.Equal("unreadable-archive", await InChunksAsync([.. "Rar!\u001A\u0007\u0000"u8, .. new byte[20]]));
        Assert.Equal("unreadable-archive", await InChunksAsync([.. "Rar!\u001A\u0007\u0001\u0000"u8, .. new byte[20]]));
    }

    [Theory]
    [InlineData("letter.txt", null)]
    [InlineData("evil.exe", "archive-member")]
    public async Task SevenZip_PlainDirectory_IsRead(string name, string? token)
    {
        Assert.Equal(token, await TokenAsync(WarlordMail.Base64(SevenZip(name)), Strict));
    }

    [Theory]
    [InlineData(50)]
    [InlineData(100_000)]
    public async Task SevenZip_PackedOrLargeDirectory_IsUnreadable(int size) =>
        Assert.Equal("unreadable-archive", await TokenAsync(WarlordMail.Base64([.. SevenZipStart(0, size), 0x17, 6, .. new byte[100]]), Strict));

    /// <summary>What is said of content, whatever the chunks are in which it comes.</summary>
    private static async Task<string?> InChunksAsync(byte[] content)
    {
        HashSet<string?> tokens = [];
        foreach (int chunk in new[] { 0, 1, 5 })
        {
            using FilterHarness harness = FilterHarness.Of(static filters => filters.AddWarlord(), Strict);
            harness.ChunkBytes = chunk;
            tokens.Add((await harness.BodyAsync(Bytes(WarlordMail.Base64(content))))[0].Reason?.Token);
        }

        return Assert.Single(tokens);
    }

    private static byte[] FalseLocal(ushort nameBytes) => [.. "PK\u0003\u0004"u8, .. new byte[22], (byte)nameBytes, (byte)(nameBytes >> 8), 0, 0];

    private static byte[] FalseCentral(ushort nameBytes) => [.. "PK\u0001\u0002"u8, .. new byte[24], (byte)nameBytes, (byte)(nameBytes >> 8), .. new byte[16]];

    private static byte[] Zip(params (string Name, string Content)[] members)
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, string content) in members)
            {
                using Stream entry = archive.CreateEntry(name).Open();
                entry.Write(Encoding.ASCII.GetBytes(content));
            }
        }

        return stream.ToArray();
    }

    private static byte[] Block4(byte type, int flags, byte[] rest) => [0, 0, type, (byte)flags, (byte)(flags >> 8), (byte)(7 + rest.Length), (byte)((7 + rest.Length) >> 8), .. rest];

    private static byte[] File4(string name, int flags, byte packed) =>
        Block4(0x74, flags | 0x8000, [packed, 0, 0, 0, 9, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 29, 0x33, (byte)name.Length, (byte)(name.Length >> 8), 0x20, 0, 0, 0, .. Encoding.Latin1.GetBytes(name)]);

    private static byte[] Block5(byte[] header) => [0, 0, 0, 0, .. Vint(header.Length), .. header];

    private static byte[] File5(string name, bool isEncrypted, byte packed)
    {
        byte[] extra = isEncrypted ? [4, 1, 0, 0, 15] : [];
        byte[] size = packed < 128 ? [packed] : [(byte)(packed | 0x80), 1];
        byte[] file = [4, 9, 0x20, 0, 0, 0, 0, 0, 1, .. Vint(name.Length), .. Encoding.ASCII.GetBytes(name)];
        return Block5([2, (byte)(isEncrypted ? 3 : 2), .. isEncrypted ? [(byte)extra.Length] : Array.Empty<byte>(), .. size, .. file, .. extra]);
    }

    private static byte[] Rar4(byte[] blocks) => [.. "Rar!\u001A\u0007\u0000"u8, .. Block4(0x73, 0, new byte[6]), .. blocks, .. Block4(0x7B, 0, [])];

    private static byte[] Rar5(byte[] blocks) => [.. "Rar!\u001A\u0007\u0001\u0000"u8, .. Block5([1, 0, 0]), .. blocks, .. Block5([5, 0, 0])];

    private static byte[] Vint(int value) => value < 128 ? [(byte)value] : [(byte)(value | 0x80), .. Vint(value >> 7)];

    /// <summary>A 7z of two members, of which the second has the name.</summary>
    private static byte[] SevenZip(string name)
    {
        byte[] names = Encoding.Unicode.GetBytes($"first.txt\0{name}\0");
        int size = names.Length + 1;
        byte[] directory = [1, 4, 6, 0, 1, 9, 5, 2, 0x11, (byte)(0x80 | (size >> 8)), (byte)size, 0, .. names, 0, 0];
        return [.. SevenZipStart(30, directory.Length), .. new byte[30], .. directory];
    }

    private static byte[] SevenZipStart(byte offset, int size) =>
        [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C, 0, 4, 0, 0, 0, 0, offset, 0, 0, 0, 0, 0, 0, 0, .. BitConverter.GetBytes((long)size), 0, 0, 0, 0];
}
