using EdgeSmtp.Toolkit.Cdb;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Toolkit.Cdb;

/// <summary>Files that somebody cut short, overwrote or made up: an answer or an error, never a crash and never a hang.</summary>
public sealed class CdbDamageTests : IDisposable
{
    private static readonly (string Key, string Data)[] Records = [("alpha", "1"), ("beta", "22"), ("gamma", "333"), ("delta", "4444"), ("alpha", "again")];

    private readonly CdbFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Open_CutShortAtEveryByte_IsRefused()
    {
        byte[] whole = _file.With(Records).Read();
        for (int length = 0; length < whole.Length; length++)
        {
            _file.Write(whole[..length]);
            InvalidDataException error = Assert.Throws<InvalidDataException>(() => CdbReader.Open(_file.Path));
            Assert.Contains(_file.Path, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Find_EveryByteOverwritten_AnswersOrRefuses()
    {
        byte[] whole = _file.With(Records).Read();
        for (int position = 0; position < whole.Length; position++)
        {
            // The header is large and much alike; behind it every byte means something else.
            foreach (byte value in position < 2048 ? new byte[] { 0xFF } : [0x00, 0xFF, (byte)(whole[position] ^ 0x80)])
            {
                byte[] damaged = (byte[])whole.Clone();
                damaged[position] = value;
                AskAll(damaged);
            }
        }
    }

    [Fact]
    public void Find_RandomGarbage_AnswersOrRefuses()
    {
        Random random = new(17);
        byte[] whole = _file.With(Records).Read();
        for (int round = 0; round < 300; round++)
        {
            byte[] damaged = (byte[])whole.Clone();
            for (int i = random.Next(1, 200); i > 0; i--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            AskAll(damaged);
            random.NextBytes(damaged);
            AskAll(damaged);
        }
    }

    [Fact]
    public void Find_TableWithoutAnEmptySlot_EndsAfterOneRound()
    {
        byte[] content = _file.With(("key", "v")).Read();
        (int table, _) = TableOf(content, "key");
        // Both slots taken, by another hash: nothing says stop.
        CdbFile.Poke(content, table, 1);
        CdbFile.Poke(content, table + 4, 2048);
        CdbFile.Poke(content, table + 8, 1);
        CdbFile.Poke(content, table + 12, 2048);
        _file.Write(content);
        using CdbReader reader = CdbReader.Open(_file.Path);

        Assert.Equal(CdbStatus.NotFound, reader.Find("key"u8));
    }

    [Theory]
    [InlineData(4u)] // within the header
    [InlineData(uint.MaxValue)]
    [InlineData(2050u)] // half of another record
    public void Find_SlotThatPointsElsewhere_IsDamagedOrNotFound(uint target)
    {
        byte[] content = _file.With(("key", "v")).Read();
        (int table, int slot) = TableOf(content, "key");
        CdbFile.Poke(content, table + (slot * 8) + 4, target);
        _file.Write(content);
        using CdbReader reader = CdbReader.Open(_file.Path);

        Assert.NotEqual(CdbStatus.Found, reader.Find("key"u8));
    }

    [Theory]
    [InlineData(0)] // the length of the key
    [InlineData(4)] // that of the data
    public void Find_LengthBeyondTheFile_IsDamaged(int field)
    {
        foreach (uint length in new[] { uint.MaxValue, (uint)int.MaxValue, 100_000u })
        {
            byte[] content = _file.With(("key", "v")).Read();
            CdbFile.Poke(content, 2048 + field, length);
            _file.Write(content);
            using CdbReader reader = CdbReader.Open(_file.Path);
            List<byte[]> values = [];

            Assert.Equal(CdbStatus.Damaged, reader.Find("key"u8));
            Assert.Equal(CdbStatus.Damaged, reader.FindAll("key"u8, values));
            Assert.Throws<InvalidDataException>(() => reader.Records().Count());
        }
    }

    [Fact]
    public void Open_TableBeyondTheFile_IsRefused()
    {
        byte[] content = _file.With(Records).Read();
        foreach ((int field, uint value) in new[] { (0, uint.MaxValue), (4, uint.MaxValue), (4, 0x2000_0000u), (0, 0u), (0, 2047u) })
        {
            byte[] damaged = (byte[])content.Clone();
            CdbFile.Poke(damaged, (77 * 8) + field, value);
            _file.Write(damaged);
            Assert.Throws<InvalidDataException>(() => CdbReader.Open(_file.Path));
        }
    }

    // A file that is mapped and then truncated by another process ends a process that reads it: SIGBUS, which nothing catches.
    [Fact]
    public void Find_FileTruncatedUnderTheReader_StillAnswers()
    {
        _file.With([.. Enumerable.Range(0, 5000).Select(static i => ($"key{i}", "value"))]);
        using CdbReader reader = CdbReader.Open(_file.Path);
        using (FileStream other = new(_file.Path, FileMode.Open, FileAccess.Write))
        {
            other.SetLength(0);
        }

        Assert.Equal(CdbStatus.Found, reader.Find("key4999"u8));
        Assert.Equal(5000, reader.Records().Count());
    }

    [Fact]
    public void Open_WhatIsNoFile_IsAnErrorAtOnce()
    {
        string pipe = Path.Combine(_file.Folder, "pipe");
        using (System.Diagnostics.Process made = System.Diagnostics.Process.Start("mkfifo", [pipe]))
        {
            made.WaitForExit();
        }

        Assert.IsAssignableFrom<Exception>(Record.Exception(() => CdbReader.Open(pipe)));
        Assert.IsAssignableFrom<Exception>(Record.Exception(() => CdbReader.Open(_file.Folder)));
        Assert.IsAssignableFrom<Exception>(Record.Exception(() => CdbReader.Open("/dev/zero")));
        Assert.IsAssignableFrom<IOException>(Record.Exception(() => CdbReader.Open(Path.Combine(_file.Folder, "missing"))));
    }

    private void AskAll(byte[] content)
    {
        _file.Write(content);
        CdbReader reader;
        try
        {
            reader = CdbReader.Open(_file.Path);
        }
        catch (InvalidDataException)
        {
            return;
        }

        using (reader)
        {
            List<byte[]> values = [];
            foreach ((string key, _) in Records)
            {
                reader.Find(CdbFile.Bytes(key), out _);
                reader.FindAll(CdbFile.Bytes(key), values);
            }

            reader.Find("none"u8);
            try
            {
                _ = reader.Records().Count();
            }
            catch (InvalidDataException)
            {
                // The answer that was hoped for.
            }
        }
    }

    private static (int Table, int Slot) TableOf(byte[] content, string key)
    {
        uint hash = CdbFormat.Hash(CdbFile.Bytes(key));
        int table = (int)CdbFile.Peek(content, (int)(hash % 256 * 8));
        return (table, (int)(hash / 256 % 2));
    }
}
