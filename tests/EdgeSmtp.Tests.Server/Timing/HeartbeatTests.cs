using EdgeSmtp.Core.Timing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Server.Timing;

/// <summary>One tick for all deadlines.</summary>
public sealed class HeartbeatTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Entry_PastItsDeadline_IsCalledAtEachTickUntilItIsPutOff()
    {
        using Heartbeat heartbeat = New();
        Entry entry = new() { Deadline = heartbeat.After(TimeSpan.FromSeconds(2)) };
        heartbeat.Add(entry);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, entry.Due);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, entry.Due);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, entry.Due);
        entry.Deadline = long.MaxValue;
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(2, entry.Due);
    }

    [Fact]
    public void Entries_MayRemoveThemselvesAndOthersStay()
    {
        using Heartbeat heartbeat = New();
        Entry first = new() { Deadline = 0 };
        Entry second = new() { Deadline = 0 };
        Entry third = new() { Deadline = 0 };
        second.OnCall = () => heartbeat.Remove(second);
        heartbeat.Add(first);
        heartbeat.Add(second);
        heartbeat.Add(third);
        _time.Advance(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([2, 1, 2], [first.Due, second.Due, third.Due]);
        Assert.Equal(2, heartbeat.Count);
        heartbeat.Remove(second);
        heartbeat.Remove(first);
        heartbeat.Remove(third);
        Assert.Equal(0, heartbeat.Count);
    }

    [Fact]
    public void Entry_ThatThrows_DoesNotEndTheTick()
    {
        using Heartbeat heartbeat = New();
        Entry bad = new() { Deadline = 0, OnCall = () => throw new InvalidOperationException("bug") };
        Entry good = new() { Deadline = 0 };
        heartbeat.Add(good);
        heartbeat.Add(bad);
        _time.Advance(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, good.Due);
    }

    [Fact]
    public void Wake_ReachesEveryEntry()
    {
        using Heartbeat heartbeat = New();
        Entry first = new();
        Entry second = new();
        heartbeat.Add(first);
        heartbeat.Add(second);
        heartbeat.Wake();
        Assert.Equal([1, 1], [first.Woken, second.Woken]);
    }

    [Fact]
    public void Every_RunsAtItsTicks()
    {
        using Heartbeat heartbeat = New();
        int runs = 0;
        heartbeat.Every(3, () => runs++);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, runs);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, runs);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(2, runs);
    }

    [Fact]
    public void Entry_AddedTwice_IsABug()
    {
        using Heartbeat heartbeat = New();
        Entry entry = new();
        heartbeat.Add(entry);
        Assert.Throws<InvalidOperationException>(() => heartbeat.Add(entry));
    }

    private Heartbeat New() => new(_time, NullLogger<Heartbeat>.Instance);

    private sealed class Entry : HeartbeatEntry
    {
        public int Due { get; private set; }

        public int Woken { get; private set; }

        public Action? OnCall { get; set; }

        protected internal override void OnDue(long now)
        {
            Due++;
            OnCall?.Invoke();
        }

        protected internal override void OnWake() => Woken++;
    }
}
