using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Pipeline.Facts;

/// <summary>The scores of one subject by name; those of one name add up.</summary>
internal sealed class ScoreBag
{
    private static readonly object Slot = new();
    private static readonly object ShadowSlot = new();

    private readonly Lock _lock = new();
    private readonly Dictionary<string, double> _scores = new(StringComparer.Ordinal);

    public static void Add(FilterSubject subject, string name, double value, bool shadow)
    {
        object key = shadow ? ShadowSlot : Slot;
        if (!subject.TryGetSlot(key, out object? bag))
        {
            bag = new ScoreBag();
            subject.SetSlot(key, bag);
        }

        ((ScoreBag)bag!).Add(name, value);
    }

    /// <summary>Sum over a subject and the wider ones around it; a filter in shadow sees what others in shadow added as well.</summary>
    public static double Total(FilterSubject subject, bool shadow)
    {
        double total = 0;
        for (FilterSubject? at = subject; at is not null; at = Subjects.Wider(at))
        {
            total += at.TryGetSlot(Slot, out object? bag) ? ((ScoreBag)bag!).Sum() : 0;
            total += shadow && at.TryGetSlot(ShadowSlot, out bag) ? ((ScoreBag)bag!).Sum() : 0;
        }

        return total;
    }

    /// <summary>Adds the scores that <see cref="Total"/> sums up, by name.</summary>
    public static void Copy(FilterSubject subject, bool shadow, ICollection<NamedScore> scores)
    {
        for (FilterSubject? at = subject; at is not null; at = Subjects.Wider(at))
        {
            if (at.TryGetSlot(Slot, out object? bag))
            {
                ((ScoreBag)bag!).Copy(scores);
            }

            if (shadow && at.TryGetSlot(ShadowSlot, out bag))
            {
                ((ScoreBag)bag!).Copy(scores);
            }
        }
    }

    private void Copy(ICollection<NamedScore> scores)
    {
        lock (_lock)
        {
            foreach ((string name, double value) in _scores)
            {
                scores.Add(new NamedScore(name, value));
            }
        }
    }

    private void Add(string name, double value)
    {
        lock (_lock)
        {
            _scores[name] = _scores.GetValueOrDefault(name) + value;
        }
    }

    private double Sum()
    {
        lock (_lock)
        {
            double sum = 0;
            foreach (double value in _scores.Values)
            {
                sum += value;
            }

            return sum;
        }
    }
}
