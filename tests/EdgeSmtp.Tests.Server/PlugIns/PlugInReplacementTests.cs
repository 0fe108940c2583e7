using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using EdgeSmtp.Tests.Server.Program;
using Xunit;

namespace EdgeSmtp.Tests.Server.PlugIns;

/// <summary>A new version comes into force, the old one ends its sessions and goes.</summary>
public sealed class PlugInReplacementTests
{
    [Fact]
    public async Task Reload_NewVersion_CountsForNewSessions_AndTheOldOneGoes()
    {
        await using PlugInServer server = await new PlugInServer().With("once", Version(1)).StartAsync();
        WeakReference first = ContextOf("once");
        using (LineClient before = await LineClient.GreetAsync(server.Server.Smtp))
        {
            Assert.StartsWith("550 5.7.1 version 1", await PlugInServer.RcptAsync(before), StringComparison.Ordinal);
            server.With("once", Version(2), "2.0.0");
            Assert.Empty(await server.ReloadAsync());
            using LineClient after = await LineClient.GreetAsync(server.Server.Smtp);

            Assert.StartsWith("550 5.7.1 version 1", await PlugInServer.RcptAsync(before), StringComparison.Ordinal);
            Assert.StartsWith("550 5.7.1 version 2", await PlugInServer.RcptAsync(after), StringComparison.Ordinal);
            Assert.Equal(0, await server.MetricAsync("edgesmtp_plugins{state=\"leaving\"}"));
        }

        // Gone is the file itself, too: its copy was deleted, and lives in memory as long as it is mapped.
        await PlugInServer.UntilAsync(() => Task.FromResult(IsGone(first) && !File.ReadLines("/proc/self/maps").Any(static line => line.EndsWith("/once.dll (deleted)", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task Reload_ManyVersions_LeaveOneContext()
    {
        await using PlugInServer server = await new PlugInServer().With("swap", Version(0)).StartAsync();
        List<WeakReference> contexts = [];
        for (int version = 1; version <= 10; version++)
        {
            contexts.Add(ContextOf("swap"));
            server.With("swap", Version(version), $"{version}.0.0");
            Assert.Empty(await server.ReloadAsync());
            Assert.StartsWith($"550 5.7.1 version {version} ", await server.RcptAsync(), StringComparison.Ordinal);
        }

        await PlugInServer.UntilAsync(() => Task.FromResult(contexts.TrueForAll(IsGone)));
        Assert.Equal(1, CountOf("swap"));
        await PlugInServer.UntilAsync(async () => await server.MetricAsync("edgesmtp_plugins{state=\"leaving\"}") == 0);
    }

    [Fact]
    public async Task Reload_UnchangedFiles_KeepTheFilterItself()
    {
        const string counting = "return Verdict.From(new FilterReason(VerdictKind.Reject, \"refused\", 550, \"5.7.1\", $\"call {Interlocked.Increment(ref _calls)}\"));";
        await using PlugInServer server = await new PlugInServer().With("swap", PlugInCompiler.RcptFilter("Plugged", counting, "private int _calls;")).StartAsync();
        Assert.StartsWith("550 5.7.1 call 1", await server.RcptAsync(), StringComparison.Ordinal);
        server.Server.Members["Limits"] = """{ "ConnectionsMax": 50 }""";
        server.Server.Write();
        Assert.Empty(await server.ReloadAsync());
        Assert.StartsWith("550 5.7.1 call 2", await server.RcptAsync(), StringComparison.Ordinal);
        Assert.Equal(1, CountOf("swap"));
    }

    [Fact]
    public async Task Reload_NewVersionThatIsBroken_LeavesTheOldOne_AndAMetricSaysSo()
    {
        await using PlugInServer server = await new PlugInServer().With("swap", Version(1)).StartAsync();
        server.With("swap", "public sealed class Entry : IFilterPlugIn { public void Register(FilterRegistry filters) => throw new InvalidOperationException(\"no licence\"); }", "2.0.0");
        Assert.Contains(await server.ReloadAsync(), static error => error.Contains("PlugInFolder:swap: Entry threw: InvalidOperationException: no licence", StringComparison.Ordinal));
        Assert.StartsWith("550 5.7.1 version 1", await server.RcptAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await server.MetricAsync("edgesmtp_plugins{state=\"running\"}"));
        Assert.Equal(1, await server.MetricAsync("edgesmtp_plugins{state=\"refused\"}"));
        Assert.Equal(0, await server.MetricAsync("edgesmtp_config_valid"));

        server.With("swap", Version(3), "3.0.0");
        Assert.Empty(await server.ReloadAsync());
        Assert.StartsWith("550 5.7.1 version 3", await server.RcptAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await server.MetricAsync("edgesmtp_plugins{state=\"refused\"}"));
    }

    [Fact]
    public async Task Folder_NewVersionPutInPlace_IsNoticedByItself()
    {
        await using PlugInServer server = await new PlugInServer().With("swap", Version(1)).StartAsync();
        server.With("swap", Version(2), "2.0.0");
        await PlugInServer.UntilAsync(async () => (await server.RcptAsync()).StartsWith("550 5.7.1 version 2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task State_OfASharedType_OutlivesTheVersion()
    {
        await using PlugInServer server = await new PlugInServer().With("swap", Counting("ConcurrentDictionary<string, int>", 1)).StartAsync();
        Assert.StartsWith("550 5.7.1 version 1 call 1", await server.RcptAsync(), StringComparison.Ordinal);
        WeakReference first = ContextOf("swap");
        server.With("swap", Counting("ConcurrentDictionary<string, int>", 2), "2.0.0");
        Assert.Empty(await server.ReloadAsync());
        Assert.StartsWith("550 5.7.1 version 2 call 2", await server.RcptAsync(), StringComparison.Ordinal);
        await PlugInServer.UntilAsync(() => Task.FromResult(IsGone(first)));
    }

    [Fact]
    public async Task State_OfATypeOfThePlugIn_StartsAnew_AndTheOldVersionGoes()
    {
        await using PlugInServer server = await new PlugInServer().With("swap", Counting("Own", 1)).StartAsync();
        Assert.StartsWith("550 5.7.1 version 1 call 1", await server.RcptAsync(), StringComparison.Ordinal);
        WeakReference first = ContextOf("swap");
        server.With("swap", Counting("Own", 2), "2.0.0");
        Assert.Empty(await server.ReloadAsync());
        Assert.StartsWith("550 5.7.1 version 2 call 1", await server.RcptAsync(), StringComparison.Ordinal);
        await PlugInServer.UntilAsync(() => Task.FromResult(IsGone(first)));
    }

    [Fact]
    public async Task Reload_VersionThatLeavesATimerBehind_IsCountedAsLeaving()
    {
        const string timer = "private static readonly Timer Ticking = new(static _ => GC.KeepAlive(Refused), null, 0, 1000); public Timer Timer => Ticking;";
        await using PlugInServer server = await new PlugInServer().With("swap", PlugInCompiler.RcptFilter("Plugged", "return Verdict.From(Refused);", timer)).StartAsync();
        WeakReference first = ContextOf("swap");
        server.With("swap", Version(2), "2.0.0");
        Assert.Empty(await server.ReloadAsync());
        await PlugInServer.UntilAsync(async () => await server.MetricAsync("edgesmtp_plugins{state=\"leaving\"}") == 1);
        Assert.False(IsGone(first));
        Assert.StartsWith("550 5.7.1 version 2", await server.RcptAsync(), StringComparison.Ordinal);
    }

    private static string Version(int version) => PlugInCompiler.RcptFilter("Plugged", "return Verdict.From(Refused);", text: $"version {version} ");

    private static string Counting(string type, int version) => "public sealed class Own : ConcurrentDictionary<string, int>;\n" + PlugInCompiler.RcptFilter(
        "Plugged",
        $"return Verdict.From(new FilterReason(VerdictKind.Reject, \"refused\", 550, \"5.7.1\", $\"version {version} call {{_state.AddOrUpdate(\"calls\", 1, (_, calls) => calls + 1)}}\"));",
        $"private readonly {type} _state = context.State(\"calls\", static () => new {type}());");

    private static int CountOf(string name) => AssemblyLoadContext.All.Count(context => context.Name == $"plug-in {name}" && !Collected(context));

    private static bool Collected(AssemblyLoadContext context) => !context.Assemblies.Any();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference ContextOf(string name) => new(AssemblyLoadContext.All.Last(context => context.Name == $"plug-in {name}"));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsGone(WeakReference context)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return !context.IsAlive;
    }
}
