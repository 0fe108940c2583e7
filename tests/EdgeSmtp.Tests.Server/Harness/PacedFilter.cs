using System.Threading.Channels;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Tests.Server.Harness;

/// <summary>A filter that waits at one stage each time it is asked, until the test lets it go on once more.</summary>
internal sealed class PacedFilter(string stage) : IRcptFilter, IMessageFilter
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(20);

    private readonly Channel<bool> _entered = Channel.CreateUnbounded<bool>();
    private readonly Channel<bool> _steps = Channel.CreateUnbounded<bool>();

    /// <summary>Waits until the filter is asked once more.</summary>
    public Task EnteredAsync() => _entered.Reader.ReadAsync().AsTask().WaitAsync(Guard);

    /// <summary>Lets one call go on.</summary>
    public void Step() => _steps.Writer.TryWrite(true);

    public async ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken)
    {
        await WaitAsync("rcpt", cancellationToken);
        return Verdict.Continue;
    }

    public async ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken) => await WaitAsync("message", cancellationToken);

    private async Task WaitAsync(string at, CancellationToken cancellationToken)
    {
        if (at == stage)
        {
            _entered.Writer.TryWrite(true);
            await _steps.Reader.ReadAsync(cancellationToken);
        }
    }
}
