using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.ClamAv;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;

namespace EdgeSmtp.Tests.Filters.ClamAv;

/// <summary>What the tests of the filter share: a clamd that says what the test wants.</summary>
public abstract class ClamAvTest : IAsyncDisposable
{
    protected const string Message = "Subject: test\r\n\r\nA short text.\r\n";

    private readonly List<FilterHarness> _harnesses = [];
    private readonly List<FakeClamd> _clamds = [];

    private protected FakeClamd Clamd => _clamds.Count > 0 ? _clamds[0] : NewClamd();

    public async ValueTask DisposeAsync()
    {
        foreach (FilterHarness harness in _harnesses)
        {
            harness.Dispose();
        }

        foreach (FakeClamd clamd in _clamds)
        {
            await clamd.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    private protected FakeClamd NewClamd()
    {
        _clamds.Add(new FakeClamd());
        return _clamds[^1];
    }

    /// <summary>Options with the clamd of the test.</summary>
    private protected ClamAvFilterOptions Options(params FakeClamd[] clamds) => new() { Servers = [.. (clamds.Length > 0 ? clamds : [Clamd]).Select(static clamd => clamd.Address)] };

    private protected FilterHarness Create(ClamAvFilterOptions? options = null)
    {
        FilterHarness harness = FilterHarness.Of(static registry => registry.AddClamAv(), options ?? Options());
        _harnesses.Add(harness);
        return harness;
    }

    private protected static async Task<Verdict> ScanAsync(FilterHarness harness, string message = Message, CancellationToken cancellationToken = default) =>
        (await harness.MessageAsync(Encoding.Latin1.GetBytes(message), cancellationToken))[0];

    /// <summary>Lets time pass until the call has ended.</summary>
    private protected static async Task<Verdict> PassTimeAsync(FilterHarness harness, Task<Verdict> pending)
    {
        while (!pending.IsCompleted)
        {
            harness.Time.Advance(TimeSpan.FromMilliseconds(250));

            // The other end of the sockets is real.
            await Task.WhenAny(pending, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System));
        }

        return await pending;
    }

    private protected static IEnumerable<string> Changes(FilterHarness harness) =>
        harness.Context.ChangeLog.Select(static change => $"{change.Member} {change.Name}" + (change.Value is null ? string.Empty : $": {change.Value}"));

    private protected static bool HasFact(FilterHarness harness, FactKey<bool> key) => harness.Context.TryRead(harness.Transaction, key, out bool isSet) && isSet;

    private protected static TestMessageContent WithTrace(string trace, string message) => new(Encoding.Latin1.GetBytes(trace + message), traceLength: trace.Length);
}
