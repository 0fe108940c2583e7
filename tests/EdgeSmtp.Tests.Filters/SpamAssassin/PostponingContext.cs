using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Tests.Filters.SpamAssassin;

/// <summary>The context of a server that lets every message wait for the filter.</summary>
internal sealed class PostponingContext : FilterContext, IDisposable
{
    public HarnessContext Inner { get; } = new("spam", FakeDns.Empty, TimeProvider.System, new FilterTraits { Effect = FilterEffect.Rewrites });

    public int Postponed { get; private set; }

    public override string Name => Inner.Name;

    public override IDnsResolver Dns => Inner.Dns;

    public override TimeProvider Time => Inner.Time;

    public override ILogger Logger => Inner.Logger;

    public override bool TryPostpone(Transaction transaction)
    {
        Postponed++;
        return true;
    }

    public override T State<T>(string name, Func<T> factory) => Inner.State(name, factory);

    public override void Publish<T>(FilterSubject subject, FactKey<T> key, T value) => Inner.Publish(subject, key, value);

    public override bool TryRead<T>(FilterSubject subject, FactKey<T> key, out T? value)
        where T : default => Inner.TryRead(subject, key, out value);

    public override void AddScore(FilterSubject subject, string name, double value) => Inner.AddScore(subject, name, value);

    public override double TotalScore(FilterSubject subject) => Inner.TotalScore(subject);

    public override IMessageChanges Changes(Transaction transaction) => Inner.Changes(transaction);

    public override IMessageChanges Changes(Recipient recipient) => Inner.Changes(recipient);

    public void Dispose() => Inner.Dispose();
}
