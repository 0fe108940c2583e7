using System.Buffers;
using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Scripts;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline;

/// <summary>A client that half-closes still waits for its replies (QMTP clients, BDAT LAST with QUIT): filters go on, and only the session's own word ends them.</summary>
public sealed class FinIsNotAbortTests : DriverTest
{
    [Fact]
    public async Task HalfClose_WhileAFilterWaits_DoesNotCancelIt()
    {
        await using InMemoryTransport transport = new();
        TaskCompletionSource<Verdict> lookup = new();
        CancellationToken seen = default;
        await using FilterRun run = Begin(new ProbeFilter
        {
            OnRcpt = (_, _, token) =>
            {
                seen = token;
                return new ValueTask<Verdict>(lookup.Task.WaitAsync(token));
            },
        });
        await transport.Client.Stream.WriteAsync("RCPT TO:<a@example.com>\r\nQUIT\r\n"u8.ToArray());
        ValueTask<Verdict> pending = Rcpt(run);
        await transport.Client.HalfCloseAsync();

        // As on Kestrel: the connection counts as closed while the commands are still unread.
        Assert.True(transport.Server.ConnectionClosed.IsCancellationRequested);
        Assert.False(seen.IsCancellationRequested);
        Assert.False(pending.IsCompleted);
        var read = await transport.Server.Transport.Input.ReadAsync();
        Assert.EndsWith("QUIT\r\n", Encoding.ASCII.GetString(read.Buffer.ToArray()), StringComparison.Ordinal);
        transport.Server.Transport.Input.AdvanceTo(read.Buffer.End);

        lookup.SetResult(Verdict.From(ProbeFilter.Refused));
        Verdict verdict = await pending;
        Assert.Same(ProbeFilter.Refused, verdict.Reason);
        await transport.Server.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes($"{verdict.Reason!.Code} {verdict.Reason.Text}\r\n"));
        await SmtpScript.RunAsync(transport.Client, "S: 550 Refused");
        Assert.Equal(0, Harness.Metrics.Value(FilterMetrics.Errors, "probe", "rcpt", "exception"));
    }

    [Fact]
    public async Task Abort_OfTheSession_CancelsTheFilter()
    {
        CancellationToken seen = default;
        await using FilterRun run = Begin(new ProbeFilter
        {
            OnRcpt = async (_, _, token) =>
            {
                seen = token;
                await new TaskCompletionSource().Task.WaitAsync(token);
                return Verdict.Continue;
            },
        });
        ValueTask<Verdict> pending = Rcpt(run);
        Session.Abort();
        Assert.True(seen.IsCancellationRequested);
        Assert.Equal(VerdictKind.Disconnect, (await pending).Kind);
    }
}
