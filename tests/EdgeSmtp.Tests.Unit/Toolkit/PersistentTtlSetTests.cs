using System.Globalization;
using EdgeSmtp.Tests.Unit.Server;
using EdgeSmtp.Toolkit.Net;
using EdgeSmtp.Toolkit.Tables;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Toolkit;

public sealed class PersistentTtlSetTests : IDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly FakeTimeProvider _time = new();
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.PathOf("set");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Dispose_ThenOpenAgain_KeepsTheLiving()
    {
        await using (PersistentTtlSet<ClientNetwork> set = Open())
        {
            set.Add(Network("192.0.2.1"), Hour);
            set.Add(Network("2001:db8::1"), 2 * Hour);
            set.Add(Network("192.0.2.2"), Hour);
            set.Remove(Network("192.0.2.2"));
        }

        await using PersistentTtlSet<ClientNetwork> again = Open();
        Assert.Equal(2, again.Count);
        Assert.True(again.Contains(Network("192.0.2.1")));
        Assert.True(again.Contains(Network("2001:db8::ffff")));
        _time.Advance(Hour);
        Assert.False(again.Contains(Network("192.0.2.1")));
        Assert.True(again.Contains(Network("2001:db8::1")));
    }

    [Fact]
    public async Task SaveInterval_Passes_WritesTheFileWhole()
    {
        await using PersistentTtlSet<ClientNetwork> set = Open();
        set.Add(Network("192.0.2.1"), Hour);
        await set.SaveAsync();
        string expires = (_time.GetUtcNow() + Hour).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        Assert.Equal($"{expires} 192.0.2.1/32\n", await File.ReadAllTextAsync(Path));
        Assert.Equal([Path], Directory.GetFiles(_folder.Root));
    }

    [Fact]
    public async Task Save_WithoutChange_DoesNotWrite()
    {
        await using PersistentTtlSet<ClientNetwork> set = Open();
        set.Add(Network("192.0.2.1"), Hour);
        await set.SaveAsync();
        File.Delete(Path);
        await set.SaveAsync();
        Assert.False(File.Exists(Path));
    }

    [Fact]
    public async Task Open_FileWithRubbish_TakesWhatIsRight()
    {
        string life = (_time.GetUtcNow() + Hour).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        await File.WriteAllTextAsync(Path, $"rubbish\n\n{life} 192.0.2.1/32\n{life} not-a-network\n-1 192.0.2.2/32\n99999999999999999999 192.0.2.3/32\n{life} {new string('1', 2000)}\n0 192.0.2.4/32\n{life} 192.0.2.5/32");
        await using PersistentTtlSet<ClientNetwork> set = Open();
        Assert.Equal(2, set.Count);
        Assert.True(set.Contains(Network("192.0.2.5")));
    }

    // The capacity may have been lowered since the file was written; dead members must not take the room of living ones either.
    [Fact]
    public async Task Open_FileAboveCapacity_KeepsThoseUsedLast()
    {
        string life = (_time.GetUtcNow() + Hour).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        await File.WriteAllLinesAsync(Path, Enumerable.Range(0, 200).Select(i => $"{life} 192.0.2.{i}/32").Concat(Enumerable.Repeat("0 198.51.100.1/32", 100)));
        await using PersistentTtlSet<ClientNetwork> set = Open();
        Assert.Equal(100, set.Count);
        Assert.True(set.Contains(Network("192.0.2.199")));
        Assert.True(set.Contains(Network("192.0.2.100")));
        Assert.False(set.Contains(Network("192.0.2.99")));
    }

    [Fact]
    public async Task Save_FolderIsGone_IsLoggedAndTriedAgain()
    {
        string path = _folder.PathOf("missing/set");
        await using PersistentTtlSet<ClientNetwork> set = new(path, 100, Hour, _time, NullLogger.Instance);
        set.Add(Network("192.0.2.1"), Hour);
        await set.SaveAsync();
        Assert.True(set.Contains(Network("192.0.2.1")));
        Directory.CreateDirectory(_folder.PathOf("missing"));
        await set.SaveAsync();
        Assert.True(File.Exists(path));
    }

    [Fact]
    public async Task Open_WithoutPath_IsInMemoryOnly()
    {
        await using PersistentTtlSet<ClientNetwork> set = new(null, 100, Hour, _time, NullLogger.Instance);
        set.Add(Network("192.0.2.1"), Hour);
        await set.SaveAsync();
        Assert.True(set.Contains(Network("192.0.2.1")));
        Assert.Empty(Directory.GetFiles(_folder.Root));
    }

    private static ClientNetwork Network(string address) => ClientNetwork.Of(System.Net.IPAddress.Parse(address));

    private PersistentTtlSet<ClientNetwork> Open() => new(Path, 100, TimeSpan.FromMinutes(1), _time, NullLogger.Instance);
}
