using System.Globalization;
using System.Text;
using EdgeSmtp.Tests.Backends.Fixtures;
using EdgeSmtp.Toolkit.Cdb;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Recipients;

/// <summary>Our cdb files and those of another implementation, both ways.</summary>
public sealed class TinyCdbTests : IDisposable
{
    private const int Million = 1_000_000;

    private readonly TempFolder _folder = new();

    private string Ours => _folder.PathOf("ours.cdb");

    private string Theirs => _folder.PathOf("theirs.cdb");

    public TinyCdbTests() => Programs.Need("cdb");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task Files_OfTheSameRecords_AreTheSameByteForByte(int count)
    {
        Random random = new(count);
        (string Key, string Data)[] records = [.. Enumerable.Range(0, count).Select(_ => ($"k{random.Next(count)}", new string('d', random.Next(50))))];
        Write(records);
        await MakeAsync(records);

        Assert.Equal(await File.ReadAllBytesAsync(Theirs), await File.ReadAllBytesAsync(Ours));
    }

    [Fact]
    public async Task TheirFile_IsReadByUs()
    {
        await MakeAsync([("one", "1"), ("two", "with\nline ends and \0 bytes"), (string.Empty, "empty"), ("one", "again")]);
        using CdbReader reader = CdbReader.Open(Theirs);
        List<byte[]> values = [];

        Assert.Equal(CdbStatus.Found, reader.FindAll("one"u8, values));
        Assert.Equal(["1", "again"], values.Select(Encoding.UTF8.GetString));
        Assert.Equal(CdbStatus.Found, reader.Find("two"u8, out byte[] two));
        Assert.Equal("with\nline ends and \0 bytes"u8, two);
        Assert.Equal(CdbStatus.Found, reader.Find([]));
        Assert.Equal(CdbStatus.NotFound, reader.Find("three"u8));
        Assert.Equal(4, reader.Records().Count());
    }

    [Fact]
    public async Task OurFile_IsReadByThem()
    {
        Write([("one", "1"), ("two", "22"), ("one", "again")]);

        Assert.Equal("1again", (await Command.RunAsync("cdb", "-q", Ours, "one")).Output);
        Assert.Equal("22", (await Command.RunAsync("cdb", "-q", Ours, "two")).Output);
        Assert.Equal("again", (await Command.RunAsync("cdb", "-q", "-n", "2", Ours, "one")).Output);
        Assert.NotEqual(0, (await Command.RunAsync("cdb", "-q", Ours, "three")).ExitCode);
        Assert.Equal("+3,1:one->1\n+3,2:two->22\n+3,5:one->again\n\n", (await Command.RunAsync("cdb", "-d", Ours)).Output);
    }

    [Fact]
    public async Task MillionRecords_BothWays()
    {
        (string Key, string Data)[] records = [.. Enumerable.Range(0, Million).Select(static i => (Address(i), string.Empty))];
        Write(records);
        string statistics = (await Command.RunAsync("cdb", "-s", Ours)).Output;
        Assert.Matches($"number of records: {Million}\n", statistics);
        foreach (int i in new[] { 0, 499_999, Million - 1 })
        {
            Assert.Equal(0, (await Command.RunAsync("cdb", "-q", Ours, Address(i))).ExitCode);
        }

        Assert.NotEqual(0, (await Command.RunAsync("cdb", "-q", Ours, Address(Million))).ExitCode);
        await MakeAsync(records);
        using CdbReader reader = CdbReader.Open(Theirs);
        for (int i = 0; i < Million; i++)
        {
            Assert.Equal(CdbStatus.Found, reader.Find(Encoding.UTF8.GetBytes(Address(i))));
        }

        Assert.Equal(CdbStatus.NotFound, reader.Find(Encoding.UTF8.GetBytes(Address(Million))));
        Assert.Equal(Million, reader.Records().Count());
    }

    // The program itself, from text to a file that the other implementation lists.
    [Fact]
    public async Task Build_ByTheProgram_IsListedByThem()
    {
        string source = _folder.Write("list", "Joe@Example.com\n# comment\nlist-@example.com\n");
        Command.Result built = await Command.RunAsync(Programs.Edge, "recipients", "build", source, Ours);

        Assert.Equal(0, built.ExitCode);
        Assert.Equal("+16,0::joe@example.com->\n+18,0::list-@example.com->\n\n", (await Command.RunAsync("cdb", "-d", Ours)).Output);
    }

    [Fact]
    public async Task Build_FromStandardInput_Works()
    {
        Command.Result built = await Command.RunAsync("joe@example.com\n"u8.ToArray(), Programs.Edge, "recipients", "build", "-", Ours);

        Assert.Equal(0, built.ExitCode);
        Assert.Equal(0, (await Command.RunAsync("cdb", "-q", Ours, ":joe@example.com")).ExitCode);
    }

    private static string Address(int number) => string.Create(CultureInfo.InvariantCulture, $":user{number}@example.com");

    private void Write(IEnumerable<(string Key, string Data)> records)
    {
        using CdbWriter writer = new(Ours);
        foreach ((string key, string data) in records)
        {
            writer.Add(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(data));
        }

        writer.Commit();
    }

    private async Task MakeAsync(IEnumerable<(string Key, string Data)> records)
    {
        using MemoryStream input = new();
        foreach ((string key, string data) in records)
        {
            // The input of cdbmake: +klen,dlen:key->data
            input.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"+{Encoding.UTF8.GetByteCount(key)},{Encoding.UTF8.GetByteCount(data)}:{key}->{data}\n")));
        }

        input.WriteByte((byte)'\n');
        Command.Result result = await Command.RunAsync(input.ToArray(), "cdb", "-c", Theirs);
        Assert.True(result.ExitCode == 0, result.ToString());
    }
}
