using EdgeSmtp.Toolkit.Tables;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Toolkit;

public sealed class BoundedTtlTableTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void TryGet_UntilItDies_Finds()
    {
        BoundedTtlTable<string, int> table = new(10, _time);
        table.Set("a", 1, _time.GetUtcNow() + TimeSpan.FromSeconds(10));
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.True(table.TryGet("a", out int value));
        Assert.Equal(1, value);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(table.TryGet("a", out _));
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void TryGet_DoesNotProlongLife()
    {
        BoundedTtlTable<string, int> table = new(10, _time);
        table.Set("a", 1, _time.GetUtcNow() + TimeSpan.FromSeconds(10));
        for (int i = 0; i < 9; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.True(table.TryGet("a", out _));
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(table.TryGet("a", out _));
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(4, 3)]
    public void Set_AroundCapacity_ForgetsTheLeastRecentlyUsed(int added, int expected)
    {
        BoundedTtlTable<int, int> table = new(3, _time);
        for (int i = 0; i < added; i++)
        {
            table.Set(i, i, _time.GetUtcNow() + TimeSpan.FromHours(1));
            table.TryGet(0, out _);
        }

        Assert.Equal(expected, table.Count);
        Assert.True(table.TryGet(0, out _));
        Assert.Equal(added <= 3, table.TryGet(1, out _));
    }

    [Fact]
    public void Set_ExistingKey_ReplacesValueAndLife()
    {
        BoundedTtlTable<string, int> table = new(1, _time);
        table.Set("a", 1, _time.GetUtcNow() + TimeSpan.FromSeconds(1));
        table.Set("a", 2, _time.GetUtcNow() + TimeSpan.FromSeconds(10));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(table.TryGet("a", out int value));
        Assert.Equal(2, value);
        Assert.True(table.Remove("a"));
        Assert.False(table.Remove("a"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Capacity_BelowOne_Throws(int capacity) => Assert.Throws<ArgumentOutOfRangeException>(() => new BoundedTtlTable<string, int>(capacity, _time));

    [Fact]
    public void Snapshot_HoldsTheLivingInOrderOfUse()
    {
        BoundedTtlTable<string, int> table = new(10, _time);
        table.Set("dead", 0, _time.GetUtcNow() + TimeSpan.FromSeconds(1));
        table.Set("a", 1, _time.GetUtcNow() + TimeSpan.FromSeconds(10));
        table.Set("b", 2, _time.GetUtcNow() + TimeSpan.FromSeconds(10));
        table.TryGet("a", out _);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["b", "a"], table.Snapshot().Select(static entry => entry.Key));
    }
}
