using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Tests.Server.Harness;

/// <summary>A connect filter that waits for the test.</summary>
internal sealed class SlowConnect(Task until) : IConnectFilter
{
    public async ValueTask<Verdict> OnConnectAsync(Session session, CancellationToken cancellationToken)
    {
        await until;
        return Verdict.Continue;
    }
}
