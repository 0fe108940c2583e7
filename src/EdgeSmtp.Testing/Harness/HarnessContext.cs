using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSmtp.Testing.Harness;

/// <summary>The context of a filter that is tested alone: keeps what it publishes, and refuses what the driver would refuse. Facts of other filters are set with <see cref="Set"/>.</summary>
/// <param name="name">Name of the instance.</param>
/// <param name="dns">The resolver.</param>
/// <param name="time">The clock.</param>
/// <param name="traits">Traits of its registration.</param>
public sealed class HarnessContext(string name, IDnsResolver dns, TimeProvider time, FilterTraits traits) : FilterContext, IDisposable
{
    private static readonly FactKey[] Known = [KnownFacts.Trusted, KnownFacts.TrustedForwarder, KnownFacts.SpfFailed, KnownFacts.Tagged, KnownFacts.Unscanned];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, object> _states = new(StringComparer.Ordinal);
    private readonly List<RecordedFact> _facts = [];
    private readonly List<RecordedScore> _scores = [];
    private readonly List<RecordedChange> _changes = [];

    /// <inheritdoc />
    public override string Name => name;

    /// <inheritdoc />
    public override IDnsResolver Dns => dns;

    /// <inheritdoc />
    public override TimeProvider Time => time;

    /// <inheritdoc />
    public override ILogger Logger => Log;

    /// <inheritdoc />
    public override FilterHost Host => Server;

    /// <summary>What <see cref="Host"/> gives. Default a server of which nothing is known.</summary>
    public FilterHost Server { get; set; } = FilterHost.Unknown;

    /// <summary>What <see cref="Logger"/> gives. Default a silent one.</summary>
    public ILogger Log { get; set; } = NullLogger.Instance;

    /// <summary>Facts that the filter published, in order.</summary>
    public IReadOnlyList<RecordedFact> Facts => _facts;

    /// <summary>Scores that it added, in order.</summary>
    public IReadOnlyList<RecordedScore> Scores => _scores;

    /// <summary>Changes that it asked for, in order.</summary>
    public IReadOnlyList<RecordedChange> ChangeLog => _changes;

    /// <summary>Publishes a fact in the name of another filter or of the session.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <param name="subject">Session, transaction or recipient.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    public static void Set<T>(FilterSubject subject, FactKey<T> key, T value)
    {
        ArgumentNullException.ThrowIfNull(subject);
        subject.SetSlot(key, value);
    }

    /// <inheritdoc />
    public override T State<T>(string name, Func<T> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        lock (_lock)
        {
            if (!_states.TryGetValue(name, out object? state))
            {
                _states.Add(name, state = factory());
            }

            return (T)state;
        }
    }

    /// <inheritdoc />
    public override void Publish<T>(FilterSubject subject, FactKey<T> key, T value)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(key);
        if (Array.IndexOf(Known, key) < 0 && !traits.Provides.Contains(key))
        {
            throw new InvalidOperationException($"The fact '{key.Name}' is not among what the filter provides.");
        }

        if (ScopeOf(subject) != key.Scope)
        {
            throw new ArgumentException($"The fact '{key.Name}' is about a {key.Scope}.", nameof(subject));
        }

        lock (_lock)
        {
            _facts.Add(new RecordedFact(subject, key, value));
        }

        subject.SetSlot(key, value);
    }

    /// <inheritdoc />
    public override bool TryRead<T>(FilterSubject subject, FactKey<T> key, out T? value)
        where T : default
    {
        if (ReferenceEquals(key, KnownFacts.Relay))
        {
            value = (T)(object)SessionOf(subject).MayRelay;
            return true;
        }

        for (FilterSubject? at = subject; at is not null; at = Wider(at))
        {
            if (at.TryGetSlot(key, out object? found))
            {
                value = (T?)found;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <inheritdoc />
    public override void AddScore(FilterSubject subject, string name, double value)
    {
        lock (_lock)
        {
            _scores.Add(new RecordedScore(subject, name, value));
        }
    }

    /// <inheritdoc />
    public override double TotalScore(FilterSubject subject)
    {
        double total = 0;
        for (FilterSubject? at = subject; at is not null; at = Wider(at))
        {
            lock (_lock)
            {
                foreach (RecordedScore score in _scores)
                {
                    total += ReferenceEquals(score.Subject, at) ? score.Value : 0;
                }
            }
        }

        return total;
    }

    /// <inheritdoc />
    public override void CopyScores(FilterSubject subject, ICollection<NamedScore> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        for (FilterSubject? at = subject; at is not null; at = Wider(at))
        {
            lock (_lock)
            {
                foreach (RecordedScore score in _scores)
                {
                    if (ReferenceEquals(score.Subject, at))
                    {
                        scores.Add(new NamedScore(score.Name, score.Value));
                    }
                }
            }
        }
    }

    /// <inheritdoc />
    public override IMessageChanges Changes(Transaction transaction) => new RecordingChanges(_changes, traits, null);

    /// <inheritdoc />
    public override IMessageChanges Changes(Recipient recipient) => new RecordingChanges(_changes, traits, recipient);

    /// <summary>Whether <see cref="TryPostpone"/> finds room. Default no.</summary>
    public bool HasRoomToWait { get; set; }

    /// <summary>How often the filter asked to be asked again and was told that it will be.</summary>
    public int Postponements { get; private set; }

    /// <inheritdoc />
    public override bool TryPostpone(Transaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        Postponements += HasRoomToWait ? 1 : 0;
        return HasRoomToWait;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (IDisposable state in _states.Values.OfType<IDisposable>())
        {
            state.Dispose();
        }

        _states.Clear();
    }

    private static FactScope ScopeOf(FilterSubject subject) => subject switch
    {
        Recipient => FactScope.Recipient,
        Transaction => FactScope.Transaction,
        _ => FactScope.Session,
    };

    private static FilterSubject? Wider(FilterSubject subject) => subject switch
    {
        Recipient recipient => recipient.Transaction,
        Transaction transaction => transaction.Session,
        _ => null,
    };

    private static Session SessionOf(FilterSubject subject) => subject switch
    {
        Recipient recipient => recipient.Transaction.Session,
        Transaction transaction => transaction.Session,
        _ => (Session)subject,
    };
}
