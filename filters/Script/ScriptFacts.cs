using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.Script;

/// <summary>The facts that a program is told, and those that it may publish.</summary>
internal sealed class ScriptFacts(IReadOnlyList<ScriptFact> allowed, FilterContext context)
{
    private static readonly FactKey<bool>[] Told =
        [KnownFacts.Relay, KnownFacts.Trusted, KnownFacts.TrustedForwarder, KnownFacts.SpfFailed, KnownFacts.Tagged, KnownFacts.Unscanned];

    private readonly FactKey<bool>[] _allowed = [.. allowed.Select(KeyOf)];

    /// <summary>Names of the facts that hold for a subject.</summary>
    public IReadOnlyList<string> NamesOf(FilterSubject subject)
    {
        List<string> names = [];
        foreach (FactKey<bool> fact in Told)
        {
            if (context.TryRead(subject, fact, out bool holds) && holds)
            {
                names.Add(fact.Name);
            }
        }

        return names;
    }

    /// <summary>Publishes a fact about a subject, or about what it belongs to.</summary>
    /// <exception cref="ScriptException">The program may not, or it is too early.</exception>
    public void Publish(string name, FilterSubject subject)
    {
        FactKey<bool> fact = Array.Find(_allowed, fact => fact.Name == name) ?? throw new ScriptException("its answer has a fact that Facts does not let it publish");
        Transaction? transaction = subject as Transaction ?? (subject as Recipient)?.Transaction;
        FilterSubject about = fact.Scope == FactScope.Session
            ? transaction?.Session ?? subject
            : transaction ?? throw new ScriptException($"its answer has the fact '{name}', and there is no transaction yet");
        context.Publish(about, fact, true);
    }

    private static FactKey<bool> KeyOf(ScriptFact fact) => fact switch
    {
        ScriptFact.Trusted => KnownFacts.Trusted,
        ScriptFact.TrustedForwarder => KnownFacts.TrustedForwarder,
        ScriptFact.SpfFailed => KnownFacts.SpfFailed,
        ScriptFact.Tagged => KnownFacts.Tagged,
        _ => KnownFacts.Unscanned,
    };
}
