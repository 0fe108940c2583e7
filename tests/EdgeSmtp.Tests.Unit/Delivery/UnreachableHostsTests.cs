using System.Net;
using EdgeSmtp.Delivery.Hosts;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Delivery;

public sealed class UnreachableHostsTests
{
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(10);
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Avoid_OneFailure_IsNotEnough()
    {
        UnreachableHosts hosts = new(_time, new Random(1));
        hosts.Failed(Host(1), Silence);
        Assert.False(hosts.IsAvoided(Host(1)));
        hosts.Failed(Host(1), Silence);
        Assert.True(hosts.IsAvoided(Host(1)));
        Assert.False(hosts.IsAvoided(Host(2)));
    }

    [Fact]
    public void Avoid_AfterTheSilence_OneTryIsAllowed()
    {
        UnreachableHosts hosts = new(_time, new Random(1));
        hosts.Failed(Host(1), Silence);
        hosts.Failed(Host(1), Silence);
        _time.Advance(Silence * 0.75 - TimeSpan.FromSeconds(1));
        Assert.True(hosts.IsAvoided(Host(1)));
        _time.Advance(Silence * 0.5 + TimeSpan.FromSeconds(1));
        Assert.False(hosts.IsAvoided(Host(1)));
        hosts.Failed(Host(1), Silence);
        Assert.True(hosts.IsAvoided(Host(1)));
    }

    [Fact]
    public void Success_Always_Forgets()
    {
        UnreachableHosts hosts = new(_time, new Random(1));
        hosts.Failed(Host(1), Silence);
        hosts.Failed(Host(1), Silence);
        hosts.Succeeded(Host(1));
        Assert.False(hosts.IsAvoided(Host(1)));
        hosts.Failed(Host(1), Silence);
        Assert.False(hosts.IsAvoided(Host(1)));
    }

    [Fact]
    public void Failed_MoreThanTheLimit_DropsTheOldest()
    {
        UnreachableHosts hosts = new(_time, new Random(1), entriesMax: 2);
        for (int i = 1; i <= 3; i++)
        {
            hosts.Failed(Host(i), Silence);
            hosts.Failed(Host(i), Silence);
            _time.Advance(TimeSpan.FromMinutes(6));
        }

        Assert.False(hosts.IsAvoided(Host(1)));
        Assert.True(hosts.IsAvoided(Host(3)));
    }

    private static IPEndPoint Host(int number) => new(IPAddress.Parse($"192.0.2.{number}"), 25);
}
