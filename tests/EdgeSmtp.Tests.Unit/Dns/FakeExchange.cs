using System.Collections.Concurrent;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Dns;
using EdgeSmtp.Dns.Exchange;

namespace EdgeSmtp.Tests.Unit.Dns;

/// <summary>A network whose answers arrive when the test says so.</summary>
internal sealed class FakeExchange : IDnsExchange
{
    private readonly ConcurrentDictionary<DnsKey, TaskCompletionSource<DnsReply>> _pending = new();

    public ConcurrentQueue<DnsKey> Asked { get; } = new();

    /// <summary>Answers at once when set.</summary>
    public Func<DnsKey, DnsAnswer>? Immediately { get; set; }

    public Task<DnsReply> AskAsync(DnsKey question, CancellationToken cancellationToken)
    {
        Asked.Enqueue(question);
        return Immediately is { } answer
            ? Task.FromResult(new DnsReply(answer(question)))
            : _pending.GetOrAdd(question, static _ => new TaskCompletionSource<DnsReply>()).Task.WaitAsync(cancellationToken)
                .ContinueWith(static ended => ended.IsCompletedSuccessfully ? ended.Result : new DnsReply(DnsAnswer.TemporaryFailure), TaskScheduler.Default);
    }

    public void Dispose()
    {
    }

    public void Arrive(string name, DnsAnswer answer) => _pending[new DnsKey(name, DnsRecordType.A)].SetResult(new DnsReply(answer));
}
