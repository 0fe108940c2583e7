using System.Diagnostics;
using System.Text;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Tracing;
using EdgeSmtp.Server.Metrics;
using EdgeSmtp.Testing.Tracing;
using Microsoft.Extensions.Time.Testing;
using Prometheus;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Server.Metrics;

public sealed class PrometheusMetricsTests
{
    private static readonly MetricDeclaration Hits = new("test_hits_total", MetricKind.Counter, "Hits.", "kind");
    private static readonly MetricDeclaration Level = new("test_level", MetricKind.Gauge, "Level.");
    private static readonly MetricDeclaration Wait = new("test_wait_seconds", MetricKind.Histogram, "Wait.") { Buckets = [0.1, 1] };
    private readonly PrometheusMetrics _metrics = new();

    [Fact]
    public async Task WriteAsync_BoundSeries_AreExportedWithTheirValues()
    {
        _metrics.Counter(Hits, "a").Add();
        _metrics.Counter(Hits, "a").Add(2);
        _metrics.Gauge(Level).Set(5);
        _metrics.Gauge(Level).Add(-1);
        _metrics.Histogram(Wait).Observe(0.5);

        string text = await ScrapeAsync();

        Assert.Contains("test_hits_total{kind=\"a\"} 3\n", text, StringComparison.Ordinal);
        Assert.Contains("test_level 4\n", text, StringComparison.Ordinal);
        Assert.Contains("test_wait_seconds_bucket{le=\"0.1\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("test_wait_seconds_bucket{le=\"1\"} 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Observe_WithinATrace_KeepsItAsAnExampleForOpenMetrics()
    {
        using Tracer tracer = new();
        using SpanRecorder recorder = new(tracer, static name => name == "sampled");
        using Activity sampled = tracer.Begin("sampled", ActivityKind.Internal)!;
        using Activity other = tracer.Begin("other", ActivityKind.Internal)!;
        HistogramHandle wait = _metrics.Histogram(Wait);
        wait.Observe(0.5, sampled);
        wait.Observe(0.05, other);
        wait.Observe(5, null);

        string text = await ScrapeAsync(ExpositionFormat.OpenMetricsText);

        string[] buckets = [.. text.Split('\n').Where(static line => line.StartsWith("test_wait_seconds_bucket", StringComparison.Ordinal))];
        Assert.Contains($"trace_id=\"{sampled.TraceId.ToHexString()}\"", Assert.Single(buckets, static line => line.Contains('#', StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain("trace_id", await ScrapeAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Observe_WithAnAmbientSpan_TakesNoExampleByItself()
    {
        using Tracer tracer = new();
        using SpanRecorder recorder = new(tracer);
        using Activity span = tracer.Begin("ambient", ActivityKind.Internal)!;
        Activity.Current = span;
        _metrics.Histogram(Wait).Observe(0.5);
        _metrics.Counter(Hits, "a").Add();
        Activity.Current = null;
        Assert.DoesNotContain("trace_id", await ScrapeAsync(ExpositionFormat.OpenMetricsText), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WriteAsync_FreshRegistry_HoldsNothingOfTheLibraryItself()
    {
        Assert.Equal(string.Empty, (await ScrapeAsync()).Trim());
    }

    [Fact]
    public async Task OnScrape_RunsBeforeTheValuesAreWritten()
    {
        GaugeHandle level = _metrics.Gauge(Level);
        _metrics.OnScrape(() => level.Set(42));

        Assert.Contains("test_level 42\n", await ScrapeAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void Counter_NameDeclaredTwiceOrOfAnotherKind_Throws()
    {
        _metrics.Counter(Hits, "a");

        Assert.Throws<ArgumentException>(() => _metrics.Counter(new MetricDeclaration("test_hits_total", MetricKind.Counter, "Other.", "kind"), "a"));
        Assert.Throws<ArgumentException>(() => _metrics.Gauge(Hits, "a"));
    }

    [Fact]
    public void Add_BoundChild_AllocatesNothing()
    {
        CounterHandle counter = _metrics.Counter(Hits, "a");
        HistogramHandle histogram = _metrics.Histogram(Wait);
        for (int i = 0; i < 100; i++)
        {
            counter.Add();
            histogram.Observe(1);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            counter.Add();
            histogram.Observe(1);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task ProcessMetrics_Scrape_ReadsTheProcess()
    {
        FakeTimeProvider time = new(DateTimeOffset.UnixEpoch.AddSeconds(1000));
        _ = new ProcessMetrics(_metrics, time);

        string text = await ScrapeAsync();

        Assert.Contains("process_start_time_seconds 1000\n", text, StringComparison.Ordinal);
        foreach (string name in (string[])["process_resident_memory_bytes", "process_open_fds", "process_threads", "process_cpu_seconds_total", "dotnet_gc_heap_bytes", "process_max_fds"])
        {
            string line = text.Split('\n').Single(line => line.StartsWith(name + " ", StringComparison.Ordinal));
            Assert.NotEqual("0", line.Split(' ')[1]);
        }
    }

    [Fact]
    public void Find_Declarations_AreNamedAsPrometheusAsks()
    {
        foreach (MetricDeclaration metric in MetricCatalog.Find())
        {
            Assert.Matches("^[a-z][a-z0-9_]*$", metric.Name);
            Assert.Equal(metric.Kind == MetricKind.Counter, metric.Name.EndsWith("_total", StringComparison.Ordinal));
            Assert.False(metric.Kind == MetricKind.Histogram && !metric.Name.EndsWith("_seconds", StringComparison.Ordinal) && !metric.Name.EndsWith("_bytes", StringComparison.Ordinal)
                && metric.Buckets.Length == 15, $"{metric.Name}: a histogram without a time unit needs buckets of its own");
            Assert.EndsWith(".", metric.Help, StringComparison.Ordinal);
        }
    }

    private async Task<string> ScrapeAsync(ExpositionFormat format = ExpositionFormat.PrometheusText)
    {
        using MemoryStream stream = new();
        await _metrics.WriteAsync(stream, format, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
