using System.Buffers;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Pipeline.Composition;
using EdgeSmtp.Pipeline.Driving;
using EdgeSmtp.Pipeline.Facts;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Pipeline.Building;

/// <summary>The context of one filter instance. It knows who speaks, so a filter in shadow or a failed one needs no discipline of its own.</summary>
internal sealed class InstanceContext(FilterInstance instance, IDnsResolver dns, TimeProvider time, IMetrics metrics, ILogger logger, StateTable states, FilterHost host) : FilterContext
{
    private static readonly Action<ILogger, string, string, string, Exception?> StateStartsAnew = LoggerMessage.Define<string, string, string>(
        LogLevel.Warning,
        new EventId(304, "FilterStateStartsAnew"),
        "State {State} of filter {Filter} is of the type {Type} of its plug-in's own, which a new version cannot take over: it starts anew.");

    private readonly List<StateEntry> _held = [];
    private FilterNode? _node;

    public override string Name => instance.Name;

    public override IDnsResolver Dns => dns;

    public override TimeProvider Time => time;

    public override ILogger Logger => logger;

    public override FilterHost Host => host;

    private FilterNode Node => _node ?? throw new InvalidOperationException($"Filter '{Name}' speaks before it was made.");

    public void Attach(FilterNode node) => _node = node;

    public override T State<T>(string name, Func<T> factory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(factory);
        lock (_held)
        {
            foreach (StateEntry entry in _held)
            {
                if (string.Equals(entry.Key.Name, name, StringComparison.Ordinal) && entry.Value is T held)
                {
                    return held;
                }
            }
        }

        // Without the lock: the factory is code of the filter, and who lets the state go must not wait for it.
        StateEntry taken = states.Hold(StateKey.Of<T>(Name, instance.Registration.Type, name), factory, out bool startsAnew);
        if (taken.Value is not T value)
        {
            _ = LetGoAsync(taken).AsTask();
            throw new InvalidOperationException($"The state '{name}' of '{Name}' is a {taken.Value.GetType()}, not a {typeof(T)}.");
        }

        if (startsAnew)
        {
            StateStartsAnew(logger, name, Name, typeof(T).ToString(), null);
        }

        lock (_held)
        {
            _held.Add(taken);
        }

        return value;
    }

    public override FilterMeter Meter(string part)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(part);
        return new InstanceMeter(metrics, Name, part);
    }

    public override void Publish<T>(FilterSubject subject, FactKey<T> key, T value)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(key);
        if (ReferenceEquals(key, KnownFacts.Relay) || !(FactCatalog.IsKnown(key) || instance.Traits.Provides.Contains(key)))
        {
            throw new InvalidOperationException($"Filter '{Name}' may not publish the fact '{key.Name}': it is not among what its type provides.");
        }

        if (Subjects.ScopeOf(subject) != key.Scope)
        {
            throw new ArgumentException($"The fact '{key.Name}' is about a {key.Scope}, not about a {Subjects.ScopeOf(subject)}.", nameof(subject));
        }

        StagedFinding finding = new(subject, key, null, FactStore.Box(value), 0);
        Tell(subject, finding);
    }

    public override bool TryRead<T>(FilterSubject subject, FactKey<T> key, out T? value)
        where T : default
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(key);
        bool isKnown = FactStore.TryRead(subject, key, instance.Driver.Shadow, out object? boxed);
        value = isKnown ? (T?)boxed : default;
        return isKnown;
    }

    public override void AddScore(FilterSubject subject, string name, double value)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Tell(subject, new StagedFinding(subject, null, name, null, value));
    }

    public override double TotalScore(FilterSubject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return ScoreBag.Total(subject, instance.Driver.Shadow);
    }

    public override void CopyScores(FilterSubject subject, ICollection<NamedScore> scores)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(scores);
        ScoreBag.Copy(subject, instance.Driver.Shadow, scores);
    }

    public override ReadOnlySequence<byte> ContentOf(Transaction transaction)
    {
        ReadOnlySequence<byte> staged = base.ContentOf(transaction);
        return RunLedger.Of(transaction) is { Changes.IsEmpty: false } ledger ? ContentComposer.Compose(staged, transaction.Content!.TraceLength, ledger.Changes.OfAll()).ToSequence() : staged;
    }

    public override IMessageChanges Changes(Transaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return LedgerOf(transaction).ChangesOf(Node, null);
    }

    public override IMessageChanges Changes(Recipient recipient)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        return LedgerOf(recipient).ChangesOf(Node, recipient);
    }

    public override void HoldGreeting(Session session, TimeSpan delay)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (!instance.Driver.Shadow)
        {
            session.HoldGreeting(delay);
        }
    }

    public override void HoldReply(Session session, TimeSpan delay)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (!instance.Driver.Shadow)
        {
            session.HoldReply(delay);
        }
    }

    public override bool TryPostpone(Transaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);

        // Nobody waits for what a filter in shadow may say.
        return !instance.Driver.Shadow && transaction.Content is { } content && Node.Filter is IMessageFilter && LedgerOf(transaction).TryPostpone(Node, content.Length);
    }

    /// <summary>Lets the state go; what nobody else holds is disposed.</summary>
    public async ValueTask ReleaseStateAsync()
    {
        StateEntry[] held;
        lock (_held)
        {
            held = [.. _held];
            _held.Clear();
        }

        foreach (StateEntry entry in held)
        {
            await LetGoAsync(entry);
        }
    }

    private static RunLedger LedgerOf(FilterSubject subject) =>
        RunLedger.Of(subject) ?? throw new InvalidOperationException("The session is not run by a filter pipeline.");

    private async ValueTask LetGoAsync(StateEntry entry)
    {
        if (states.Release(entry))
        {
            await Disposal.DisposeAsync(entry.Value, logger, Name);
        }
    }

    private void Tell(FilterSubject subject, in StagedFinding finding)
    {
        if (RunLedger.Of(subject) is { } ledger)
        {
            ledger.Publish(Node, finding);
        }
        else
        {
            finding.Apply(instance.Driver.Shadow);
        }
    }
}
