using System.Text;
using EdgeSmtp.Toolkit.Cdb;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Toolkit.Cdb;

public sealed class CdbTests : IDisposable
{
    private readonly CdbFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Find_WhatWasWritten_IsFound()
    {
        using CdbReader reader = CdbReader.Open(_file.With(("one", "1"), (string.Empty, "empty key"), ("two", string.Empty)).Path);

        Assert.Equal(CdbStatus.Found, reader.Find("one"u8, out byte[] one));
        Assert.Equal("1"u8, one);
        Assert.Equal(CdbStatus.Found, reader.Find([], out byte[] none));
        Assert.Equal("empty key"u8, none);
        Assert.Equal(CdbStatus.Found, reader.Find("two"u8));
        Assert.Equal(CdbStatus.NotFound, reader.Find("three"u8));
        Assert.Equal(CdbStatus.NotFound, reader.Find("on"u8));
    }

    [Fact]
    public void Find_EmptyFile_HasNothing()
    {
        using CdbReader reader = CdbReader.Open(_file.With().Path);

        Assert.Equal(2048, reader.SizeBytes);
        Assert.Equal(CdbStatus.NotFound, reader.Find("x"u8));
        Assert.Empty(reader.Records());
    }

    [Fact]
    public void FindAll_KeyAddedAgain_GivesItsRecordsInOrder()
    {
        using CdbReader reader = CdbReader.Open(_file.With(("k", "first"), ("other", "x"), ("k", "second"), ("k", "third")).Path);
        List<byte[]> values = [];

        Assert.Equal(CdbStatus.Found, reader.FindAll("k"u8, values));
        Assert.Equal(["first", "second", "third"], values.Select(Encoding.UTF8.GetString));
        Assert.Equal(CdbStatus.Found, reader.Find("k"u8, out byte[] first));
        Assert.Equal("first"u8, first);
        Assert.Equal(CdbStatus.NotFound, reader.FindAll("none"u8, values));
    }

    // The layout of the smallest files, by hand from the description of the format.
    [Fact]
    public void Write_OneRecord_HasTheLayoutOfTheFormat()
    {
        byte[] content = _file.With(("a", "xy")).Read();

        const uint Hash = (5381 * 33) ^ 'a';
        Assert.Equal(2048 + 8 + 3 + 16, content.Length);
        Assert.Equal([1, 0, 0, 0, 2, 0, 0, 0, (byte)'a', (byte)'x', (byte)'y'], content[2048..2059]);
        for (uint table = 0; table < 256; table++)
        {
            Assert.Equal(table <= Hash % 256 ? 2059u : 2075u, CdbFile.Peek(content, (int)table * 8));
            Assert.Equal(table == Hash % 256 ? 2u : 0u, CdbFile.Peek(content, ((int)table * 8) + 4));
        }

        int slot = 2059 + (int)(Hash / 256 % 2 * 8);
        Assert.Equal(Hash, CdbFile.Peek(content, slot));
        Assert.Equal(2048u, CdbFile.Peek(content, slot + 4));
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 300)]
    [InlineData(3, 5000)]
    public void Find_RandomRecords_AgreesWithAMultiMap(int seed, int count)
    {
        Random random = new(seed);
        Dictionary<string, List<string>> expected = [];
        List<(string Key, string Data)> records = [];
        for (int i = 0; i < count; i++)
        {
            string key = Text(random, random.Next(0, 4));
            string data = Text(random, random.Next(0, 40));
            records.Add((key, data));
            if (!expected.TryGetValue(key, out List<string>? values))
            {
                expected.Add(key, values = []);
            }

            values.Add(data);
        }

        using CdbReader reader = CdbReader.Open(_file.With([.. records]).Path);

        foreach ((string key, List<string> values) in expected)
        {
            List<byte[]> found = [];
            Assert.Equal(CdbStatus.Found, reader.FindAll(CdbFile.Bytes(key), found));
            Assert.Equal(values, found.Select(Encoding.UTF8.GetString));
        }

        for (int i = 0; i < 1000; i++)
        {
            string key = Text(random, random.Next(0, 6));
            Assert.Equal(expected.ContainsKey(key) ? CdbStatus.Found : CdbStatus.NotFound, reader.Find(CdbFile.Bytes(key)));
        }

        Assert.Equal(records, reader.Records().Select(static record => (Encoding.UTF8.GetString(record.Key), Encoding.UTF8.GetString(record.Value))));
    }

    [Fact]
    public void Write_GivenUp_LeavesTheTargetAndNoOtherFile()
    {
        _file.With(("old", "1"));
        using (CdbWriter writer = new(_file.Path))
        {
            writer.Add("new"u8, "2"u8);
        }

        using CdbReader reader = CdbReader.Open(_file.Path);
        Assert.Equal(CdbStatus.Found, reader.Find("old"u8));
        Assert.Equal([_file.Path], Directory.GetFiles(_file.Folder));
    }

    [Fact]
    public void Write_OverAnExistingFile_KeepsItsModeAndWhoReadsTheOldOne()
    {
        _file.With(("old", "1"));
        File.SetUnixFileMode(_file.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using CdbReader old = CdbReader.Open(_file.Path);

        _file.With(("new", "2"));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_file.Path));
        Assert.Equal(CdbStatus.Found, old.Find("old"u8));
        using CdbReader fresh = CdbReader.Open(_file.Path);
        Assert.Equal(CdbStatus.NotFound, fresh.Find("old"u8));
    }

    [Fact]
    public void Find_ManyThreadsAndTheReaderIsClosed_NeverReadsFreedMemory()
    {
        _file.With(("key", "value"));
        CdbReader reader = CdbReader.Open(_file.Path);
        using Barrier start = new(5);
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            start.SignalAndWait();
            while (reader.TryFind("key"u8, withData: true, out CdbStatus status, out byte[] data))
            {
                Assert.Equal(CdbStatus.Found, status);
                Assert.Equal(5, data.Length);
            }
        }))];
        Array.ForEach(threads, static thread => thread.Start());
        start.SignalAndWait();
        for (int i = 0; i < 1000; i++)
        {
            reader.Find("key"u8);
        }

        reader.Dispose();
        Array.ForEach(threads, static thread => thread.Join());
        Assert.Throws<ObjectDisposedException>(() => reader.Find("key"u8));
    }

    [Fact]
    public void Find_WithoutData_AllocatesNothing()
    {
        using CdbReader reader = CdbReader.Open(_file.With(("key", "value")).Path);
        for (int i = 0; i < 100; i++)
        {
            reader.Find("key"u8);
            reader.Find("none"u8);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            reader.Find("key"u8);
            reader.Find("none"u8);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    // Few letters, so that keys repeat and collide.
    private static string Text(Random random, int length) => string.Create(length, random, static (chars, random) =>
    {
        for (int i = 0; i < chars.Length; i++)
        {
            chars[i] = (char)('a' + random.Next(8));
        }
    });
}
