using System.Globalization;
using System.Reflection;
using EdgeSmtp.Core.Metrics;

namespace EdgeSmtp.Server.Metrics;

/// <summary>What the process itself uses. Read at each scrape, from /proc and the runtime; the names are those that common dashboards know.</summary>
internal sealed class ProcessMetrics
{
    public static readonly MetricDeclaration BuildInfo = new("edgesmtp_build_info", MetricKind.Gauge, "Always 1; its labels say what runs.", "version", "runtime");
    public static readonly MetricDeclaration StartTime = new("process_start_time_seconds", MetricKind.Gauge, "When the process started, in seconds since 1970.");
    public static readonly MetricDeclaration Cpu = new("process_cpu_seconds_total", MetricKind.Counter, "Processor time used, user and system.");
    public static readonly MetricDeclaration ResidentMemory = new("process_resident_memory_bytes", MetricKind.Gauge, "Memory in RAM.");
    public static readonly MetricDeclaration OpenDescriptors = new("process_open_fds", MetricKind.Gauge, "Open file descriptors.");
    public static readonly MetricDeclaration DescriptorsMax = new("process_max_fds", MetricKind.Gauge, "Limit on open file descriptors.");
    public static readonly MetricDeclaration Threads = new("process_threads", MetricKind.Gauge, "Threads of the operating system.");
    public static readonly MetricDeclaration GcHeap = new("dotnet_gc_heap_bytes", MetricKind.Gauge, "Bytes in managed objects.");
    public static readonly MetricDeclaration GcCollections = new("dotnet_gc_collections_total", MetricKind.Counter, "Garbage collections.", "generation");
    public static readonly MetricDeclaration GcPause = new("dotnet_gc_pause_seconds_total", MetricKind.Counter, "Time for which garbage collections stopped all threads.");
    public static readonly MetricDeclaration PoolThreads = new("dotnet_threadpool_threads", MetricKind.Gauge, "Threads of the thread pool.");
    public static readonly MetricDeclaration PoolQueue = new("dotnet_threadpool_queue_length", MetricKind.Gauge, "Work items that wait for a thread.");

    private readonly GaugeHandle _memory;
    private readonly GaugeHandle _descriptors;
    private readonly GaugeHandle _threads;
    private readonly GaugeHandle _heap;
    private readonly GaugeHandle _poolThreads;
    private readonly GaugeHandle _poolQueue;
    private readonly RisingCounter _cpu;
    private readonly RisingCounter _pause;
    private readonly RisingCounter[] _collections;

    /// <summary>Binds the series and brings them up to date at each scrape.</summary>
    /// <param name="metrics">The metrics.</param>
    /// <param name="time">The clock.</param>
    public ProcessMetrics(IMetrics metrics, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        metrics.Gauge(BuildInfo, Version, Environment.Version.ToString()).Set(1);
        metrics.Gauge(StartTime).Set(time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0);
        metrics.Gauge(DescriptorsMax).Set(ReadDescriptorLimit());
        _memory = metrics.Gauge(ResidentMemory);
        _descriptors = metrics.Gauge(OpenDescriptors);
        _threads = metrics.Gauge(Threads);
        _heap = metrics.Gauge(GcHeap);
        _poolThreads = metrics.Gauge(PoolThreads);
        _poolQueue = metrics.Gauge(PoolQueue);
        _cpu = new RisingCounter(metrics.Counter(Cpu));
        _pause = new RisingCounter(metrics.Counter(GcPause));
        _collections = [.. Enumerable.Range(0, 3).Select(generation => new RisingCounter(metrics.Counter(GcCollections, generation.ToString(CultureInfo.InvariantCulture))))];
        metrics.OnScrape(Refresh);
    }

    /// <summary>Version of the program, with the commit when the build knew it.</summary>
    public static string Version { get; } =
        typeof(ProcessMetrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    private static double ReadDescriptorLimit()
    {
        foreach (string line in File.ReadLines("/proc/self/limits"))
        {
            if (line.StartsWith("Max open files", StringComparison.Ordinal))
            {
                string soft = line["Max open files".Length..].Trim().Split(' ', 2)[0];
                return double.TryParse(soft, CultureInfo.InvariantCulture, out double limit) ? limit : double.PositiveInfinity;
            }
        }

        return 0;
    }

    private void Refresh()
    {
        string[] pages = File.ReadAllText("/proc/self/statm").Split(' ');
        _memory.Set(double.Parse(pages[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize);
        _descriptors.Set(Directory.GetFileSystemEntries("/proc/self/fd").Length);
        _threads.Set(Directory.GetDirectories("/proc/self/task").Length);
        _heap.Set(GC.GetTotalMemory(forceFullCollection: false));
        _poolThreads.Set(ThreadPool.ThreadCount);
        _poolQueue.Set(ThreadPool.PendingWorkItemCount);
        _cpu.RaiseTo(Environment.CpuUsage.TotalTime.TotalSeconds);
        _pause.RaiseTo(GC.GetTotalPauseDuration().TotalSeconds);
        for (int generation = 0; generation < _collections.Length; generation++)
        {
            _collections[generation].RaiseTo(GC.CollectionCount(generation));
        }
    }

    /// <summary>Turns a total that somebody else counts into additions.</summary>
    private sealed class RisingCounter(CounterHandle counter)
    {
        private readonly Lock _lock = new();
        private double _seen;

        public void RaiseTo(double total)
        {
            lock (_lock)
            {
                counter.Add(Math.Max(0, total - _seen));
                _seen = Math.Max(_seen, total);
            }
        }
    }
}
