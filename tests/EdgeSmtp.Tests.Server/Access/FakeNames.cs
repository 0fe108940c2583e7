using System.Diagnostics;
using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Sessions.Access;

namespace EdgeSmtp.Tests.Server.Access;

/// <summary>Says who a client is, when the test lets it.</summary>
internal sealed class FakeNames(string? name, DnsStatus status = DnsStatus.Found) : IClientNames
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Asked { get; private set; }

    /// <summary>The span of whoever asked last, to which questions to the DNS would belong.</summary>
    public Activity? AskedWithin { get; private set; }

    /// <summary>Whether it waits for <see cref="Release"/>.</summary>
    public bool Waits { get; init; }

    public void Release() => _released.TrySetResult();

    public async ValueTask<ClientNameAnswer> FindAsync(IPAddress client, CancellationToken cancellationToken)
    {
        Asked++;
        AskedWithin = Activity.Current;
        if (Waits)
        {
            await _released.Task.WaitAsync(cancellationToken);
        }

        return status == DnsStatus.Bogus ? throw new InvalidOperationException("a bug") : new ClientNameAnswer(name is null && status == DnsStatus.Found ? DnsStatus.NoData : status, name);
    }
}
