using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Milter;
using EdgeSmtp.Testing.Harness;

namespace EdgeSmtp.Tests.Filters.Milter;

/// <summary>A filter that asks a scripted milter.</summary>
public abstract class MilterTest : IAsyncDisposable
{
    protected const string Message = "Subject: test\r\nTo: rcpt@example.com\r\n\r\nA short text.\r\n";

    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private readonly List<FilterHarness> _harnesses = [];

    private protected ScriptedMilter Milter { get; } = new();

    public async ValueTask DisposeAsync()
    {
        _harnesses.ForEach(static harness => harness.Dispose());
        await Milter.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected FilterHarness Make(Func<MilterFilterOptions, MilterFilterOptions>? options = null)
    {
        MilterFilterOptions bound = new() { Address = Milter.Address };
        FilterHarness harness = FilterHarness.Of(static filters => filters.AddMilter(), options?.Invoke(bound) ?? bound);
        _harnesses.Add(harness);
        return harness;
    }

    /// <summary>Sends one message of one recipient, as far as it gets.</summary>
    protected static Task<Verdict> SendAsync(FilterHarness harness, string message = Message) => SendEachAsync(harness, message).WaitAsync(Guard);

    /// <summary>What happens at the other end of a socket is waited for; what it was is asserted by the caller.</summary>
    protected static async Task WaitForAsync(Func<bool> condition)
    {
        using CancellationTokenSource guard = new(Guard);
        while (!condition())
        {
            await Task.Delay(5, guard.Token);
        }
    }

    private static async Task<Verdict> SendEachAsync(FilterHarness harness, string message)
    {
        Verdict verdict = await harness.MailAsync();
        verdict = verdict.Kind >= VerdictKind.Defer ? verdict : Verdict.MostSevere(verdict, await harness.RcptAsync());
        return verdict.Kind >= VerdictKind.Defer ? verdict : Verdict.MostSevere(verdict, (await harness.MessageAsync(Encoding.UTF8.GetBytes(message)))[0]);
    }
}
