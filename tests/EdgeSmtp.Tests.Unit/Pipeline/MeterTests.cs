using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline;

public sealed class MeterTests : DriverTest
{
    [Fact]
    public async Task Meter_OfAPart_CountsUnderFilterAndPart()
    {
        FilterMeter? meter = null;
        Harness.Add("own", context =>
        {
            meter = context.Meter("corp");
            return new ProbeFilter();
        });
        await using FilterPipeline pipeline = Harness.Build();

        meter!.Count("hit");
        meter.Count("hit", 2);
        meter.Count("miss", 0);
        meter.Level("entries", 5);
        meter.Level("entries", 3);
        meter.Took(TimeSpan.FromSeconds(1));

        Assert.Equal(3, Harness.Metrics.Value(FilterMetrics.PartEvents, "own", "corp", "hit"));
        Assert.Equal(0, Harness.Metrics.Value(FilterMetrics.PartEvents, "own", "corp", "miss"));
        Assert.Equal(3, Harness.Metrics.Value(FilterMetrics.PartLevel, "own", "corp", "entries"));
        Assert.Equal(1, Harness.Metrics.Value(FilterMetrics.PartDuration, "own", "corp"));
    }

    [Fact]
    public async Task Meter_NamesWithoutEnd_AreBounded()
    {
        FilterMeter? meter = null;
        Harness.Add("own", context =>
        {
            meter = context.Meter("corp");
            return new ProbeFilter();
        });
        await using FilterPipeline pipeline = Harness.Build();
        for (int i = 0; i < 100; i++)
        {
            meter!.Count($"stranger-{i}");
        }

        Assert.Equal(1, Harness.Metrics.Value(FilterMetrics.PartEvents, "own", "corp", "stranger-63"));
        Assert.Equal(0, Harness.Metrics.Value(FilterMetrics.PartEvents, "own", "corp", "stranger-64"));
        Assert.True(Harness.Metrics.Value(FilterMetrics.PartEvents, "own", "corp", "other") > 30);
    }

    [Fact]
    public async Task Meter_NameThatWasUsed_AllocatesNothing()
    {
        FilterMeter? meter = null;
        Harness.Add("own", context =>
        {
            meter = context.Meter("corp");
            return new ProbeFilter();
        });
        await using FilterPipeline pipeline = Harness.Build();
        for (int i = 0; i < 100; i++)
        {
            Use(meter!);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            Use(meter!);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void Use(FilterMeter meter)
    {
        meter.Count("hit");
        meter.Level("entries", 1);
        meter.Took(TimeSpan.FromSeconds(1));
    }
}
