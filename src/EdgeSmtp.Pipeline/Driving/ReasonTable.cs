using System.Collections.Frozen;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Metrics;

namespace EdgeSmtp.Pipeline.Driving;

/// <summary>The reasons of one filter instance: their counters, and the replies that the operator put in their place.</summary>
internal sealed class ReasonTable
{
    private readonly IMetrics _metrics;
    private readonly MetricDeclaration _series;
    private readonly string _name;
    private readonly CounterHandle?[] _continue = new CounterHandle?[Stages.Count];
    private readonly CounterHandle?[,] _undeclared = new CounterHandle?[Stages.Count, VerdictLabels.Count];
    private readonly FrozenDictionary<string, Entry[]> _declared;

    /// <param name="metrics">The metrics.</param>
    /// <param name="name">Name of the instance.</param>
    /// <param name="filter">The filter; its type declares the reasons.</param>
    /// <param name="driver">Replies, and whether the instance is in shadow.</param>
    public ReasonTable(IMetrics metrics, string name, IFilter filter, DriverOptions driver)
    {
        _metrics = metrics;
        _name = name;
        _series = driver.Shadow ? FilterMetrics.ShadowVerdicts : FilterMetrics.Verdicts;
        Stage[] stages = [.. Stages.All.Where(stage => Stages.TakesPart(filter, stage))];
        foreach (Stage stage in stages)
        {
            _continue[(int)stage] = metrics.Counter(_series, name, stage.Label(), VerdictKind.Continue.Label(), string.Empty);
        }

        IReadOnlyList<FilterReason> own = FilterReasons.Of(filter.GetType());
        _declared = own.Concat(DriverReasons.OfPolicies)
            .GroupBy(static reason => reason.Token, StringComparer.Ordinal)
            .ToFrozenDictionary(
                static group => group.Key,
                group => group.DistinctBy(static reason => reason.Kind).Select(reason => new Entry(reason, Bind(reason, own.Contains(reason) ? stages : []), Reword(reason, driver))).ToArray(),
                StringComparer.Ordinal);
    }

    /// <summary>Counts a verdict.</summary>
    /// <returns>Whether its reason is declared; one that is not shares the label <c>undeclared</c>, so that labels stay finite.</returns>
    public bool Count(Stage stage, Verdict verdict)
    {
        if (verdict.Reason is null)
        {
            _continue[(int)stage]?.Add();
            return true;
        }

        Entry? entry = Find(verdict.Reason);
        if (entry is not null)
        {
            (entry.Counters[(int)stage] ??= Bind(stage, verdict.Kind, verdict.Reason.Token)).Add();
            return true;
        }

        (_undeclared[(int)stage, (int)verdict.Kind] ??= Bind(stage, verdict.Kind, "undeclared")).Add();
        return false;
    }

    /// <summary>The verdict with the operator's reply in place of the filter's.</summary>
    public Verdict Reword(Verdict verdict) =>
        verdict.Reason is not null && Find(verdict.Reason)?.Reworded is { } reworded ? Verdict.From(reworded, verdict.Detail) : verdict;

    /// <summary>Whether a reply can be configured for a token.</summary>
    public bool Has(string token) => _declared.ContainsKey(token);

    /// <summary>The reply codes' first digits of a token: one of several kinds can have more than one.</summary>
    public IEnumerable<char> ClassesOf(string token) => _declared[token].Where(static entry => entry.Kind >= VerdictKind.Defer).Select(static entry => entry.ReplyClass);

    private static FilterReason? Reword(FilterReason reason, DriverOptions driver) =>
        driver.Replies.TryGetValue(reason.Token, out string? text) && ReplyTemplate.Parse(text) is var template && template.Fits((char)('0' + (reason.Code / 100)))
            ? template.Apply(reason)
            : null;

    private Entry? Find(FilterReason reason)
    {
        if (_declared.TryGetValue(reason.Token, out Entry[]? entries))
        {
            foreach (Entry entry in entries)
            {
                if (entry.Kind == reason.Kind)
                {
                    return entry;
                }
            }
        }

        return null;
    }

    private CounterHandle?[] Bind(FilterReason reason, Stage[] stages)
    {
        CounterHandle?[] counters = new CounterHandle?[Stages.Count];
        foreach (Stage stage in stages)
        {
            counters[(int)stage] = Bind(stage, reason.Kind, reason.Token);
        }

        return counters;
    }

    private CounterHandle Bind(Stage stage, VerdictKind kind, string reason) => _metrics.Counter(_series, _name, stage.Label(), kind.Label(), reason);

    private sealed class Entry(FilterReason reason, CounterHandle?[] counters, FilterReason? reworded)
    {
        public VerdictKind Kind => reason.Kind;

        public char ReplyClass => (char)('0' + (reason.Code / 100));

        public CounterHandle?[] Counters => counters;

        public FilterReason? Reworded => reworded;
    }
}
