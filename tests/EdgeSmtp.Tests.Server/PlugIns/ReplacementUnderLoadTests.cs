using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using EdgeSmtp.Tests.Server.Program;
using Xunit;

namespace EdgeSmtp.Tests.Server.PlugIns;

/// <summary>
/// Ten versions of a plug-in, one after the other, while clients come and go: none fails, none sees two versions in one session, and only the last version stays in memory. The rate is what
/// two busy processors bear; <c>EDGESMTP_PLUGIN_RATE</c> sets another one, and the figure of the full rate is in docs/performance.md.
/// </summary>
public sealed class ReplacementUnderLoadTests
{
    private const int Versions = 10;
    private const int DefaultRate = 100;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan BetweenVersions = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<string> _failures = new();
    private int _sessions;

    [Fact]
    public async Task Reload_TenVersionsUnderLoad_NoSessionFails_AndNoContextIsLeft()
    {
        int rate = int.TryParse(Environment.GetEnvironmentVariable("EDGESMTP_PLUGIN_RATE"), CultureInfo.InvariantCulture, out int given) ? given : DefaultRate;
        await using PlugInServer server = new();
        await server.With("loaded", Version(0)).StartAsync();
        List<WeakReference> contexts = [];
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        long began = Stopwatch.GetTimestamp();
        Task load = LoadAsync(server, rate, stop.Token);
        for (int version = 1; version <= Versions; version++)
        {
            await Task.Delay(BetweenVersions, TimeProvider.System, TestContext.Current.CancellationToken);
            contexts.Add(Running());
            server.With("loaded", Version(version), $"{version}.0.0");
            Assert.Empty(await server.ReloadAsync());
        }

        await Task.Delay(BetweenVersions, TimeProvider.System, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await load;
        TimeSpan took = Stopwatch.GetElapsedTime(began);

        Assert.True(_failures.IsEmpty, $"{_failures.Count} of {_sessions} sessions failed: {string.Join('\n', _failures.Take(5))}");
        Assert.InRange(_sessions, rate * Versions / 4, int.MaxValue);
        await PlugInServer.UntilAsync(() => Task.FromResult(contexts.TrueForAll(IsGone) && CopiesInMemory() == 1));
        await PlugInServer.UntilAsync(async () => await server.MetricAsync("edgesmtp_plugins{state=\"leaving\"}") == 0);
        TestContext.Current.SendDiagnosticMessage(string.Create(
            CultureInfo.InvariantCulture, $"{Versions} versions, {_sessions} sessions, {_sessions / took.TotalSeconds:0}/s, none failed; {contexts.Count} contexts gone."));
    }

    private static string Version(int version) => PlugInCompiler.RcptFilter("Plugged", "return Verdict.From(Refused);", text: $"version {version} ");

    /// <summary>Starts sessions by the clock, and not when others have ended: a server that stands still must not slow its clients down.</summary>
    private async Task LoadAsync(PlugInServer server, int rate, CancellationToken cancellationToken)
    {
        List<Task> sessions = [];
        using PeriodicTimer timer = new(Tick, TimeProvider.System);
        long began = Stopwatch.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                for (double due = Stopwatch.GetElapsedTime(began).TotalSeconds * rate; _sessions < due; _sessions++)
                {
                    sessions.Add(SessionAsync(server));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the load.
        }

        await Task.WhenAll(sessions);
    }

    private async Task SessionAsync(PlugInServer server)
    {
        try
        {
            using LineClient client = await LineClient.GreetAsync(server.Server.Smtp);
            string first = await PlugInServer.RcptAsync(client);
            string second = await PlugInServer.RcptAsync(client);
            string? end = await client.SayAsync("QUIT");
            if (!first.StartsWith("550 5.7.1 version ", StringComparison.Ordinal) || VersionOf(first) != VersionOf(second) || end?.StartsWith("221 ", StringComparison.Ordinal) != true)
            {
                _failures.Enqueue($"{first} | {second} | {end}");
            }
        }
        catch (Exception failure)
        {
            _failures.Enqueue(failure.ToString());
        }
    }

    private static string VersionOf(string reply) => reply.Split(' ')[3];

    /// <summary>Files of this plug-in that are mapped now; each version had one of its own.</summary>
    private static int CopiesInMemory() =>
        File.ReadLines("/proc/self/maps").Where(static line => line.Contains("/loaded.dll", StringComparison.Ordinal)).Select(static line => line.Split(' ', 6)[^1].Trim()).Distinct().Count();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Running() => new(AssemblyLoadContext.All.Last(static context => context.Name == "plug-in loaded"));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsGone(WeakReference context)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return !context.IsAlive;
    }
}
