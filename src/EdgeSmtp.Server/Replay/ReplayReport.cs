using EdgeSmtp.Core.Capture;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Sessions.Replay;

namespace EdgeSmtp.Server.Replay;

/// <summary>What two runs of the same sessions differ in: verdicts by filter and reason, and what became of recipients in the end.</summary>
internal sealed class ReplayReport
{
    /// <summary>Transactions that are named for each change.</summary>
    public const int ExamplesMax = 5;

    private readonly SortedDictionary<ReplayVerdict, (int Before, int After)> _verdicts = [];
    private readonly Dictionary<(string Before, string After), (int Count, List<string> Examples)> _outcomes = [];

    /// <summary>Sessions compared.</summary>
    public int Sessions { get; private set; }

    /// <summary>Transactions in them.</summary>
    public int Transactions { get; private set; }

    /// <summary>Recipients named in them.</summary>
    public int Recipients { get; private set; }

    /// <summary>Sessions with content that was not recorded, or found no room: what filters said of it is left out on both sides.</summary>
    public int WithoutContent { get; private set; }

    /// <summary>Sessions over listeners that the configuration has not, and sessions whose end was not recorded.</summary>
    public int LeftOut { get; set; }

    /// <summary>Verdicts of which one side has more than the other, with their numbers.</summary>
    public IEnumerable<KeyValuePair<ReplayVerdict, (int Before, int After)>> Verdicts => _verdicts.Where(static entry => entry.Value.Before != entry.Value.After);

    /// <summary>Recipients whose outcome differs: how many, and the ids of some of their transactions. The most frequent first.</summary>
    public IEnumerable<(string Before, string After, int Count, IReadOnlyList<string> Examples)> Outcomes =>
        from entry in _outcomes
        orderby entry.Value.Count descending, entry.Key.Before, entry.Key.After
        select (entry.Key.Before, entry.Key.After, entry.Value.Count, (IReadOnlyList<string>)entry.Value.Examples);

    /// <summary>Whether nothing differs.</summary>
    public bool IsEmpty => _outcomes.Count == 0 && !Verdicts.Any();

    /// <summary>Compares one session.</summary>
    /// <param name="before">As recorded, or as the other configuration has it.</param>
    /// <param name="after">As the configuration has it.</param>
    /// <param name="result">What could not be replayed.</param>
    public void Add(CapturedSession before, CapturedSession after, ReplayResult result)
    {
        Sessions++;
        WithoutContent += result == ReplayResult.Whole ? 0 : 1;
        Dictionary<(string, MailPath), string> first = Read(before, isAfter: false, result);
        Dictionary<(string, MailPath), string> second = Read(after, isAfter: true, result);
        Transactions += before.Steps.Count(static step => step.Kind == CapturedStepKind.Mail);
        Recipients += first.Count;
        foreach (((string transaction, MailPath path), string outcome) in first)
        {
            // What a session never got to, because it was ended before, it did not accept either.
            string now = second.GetValueOrDefault((transaction, path)) ?? SessionOutcome(after);
            if (now != outcome)
            {
                (int count, List<string> examples) = _outcomes.GetValueOrDefault((outcome, now), (0, []));
                if (examples.Count < ExamplesMax && !examples.Contains(transaction))
                {
                    examples.Add(transaction);
                }

                _outcomes[(outcome, now)] = (count + 1, examples);
            }
        }
    }

    private static string SessionOutcome(CapturedSession session) =>
        session.Steps.LastOrDefault(static step => step.Kind == CapturedStepKind.Refused && step.Transaction is null) is { } refused ? OutcomeOf(refused) : "not reached";

    private static string OutcomeOf(CapturedStep refused) => refused.Filter is null ? $"{refused.Outcome} {refused.Reason}" : $"{refused.Outcome} {refused.Reason} ({refused.Filter})";

    /// <summary>Counts the verdicts of a session, and finds what became of each recipient.</summary>
    private Dictionary<(string, MailPath), string> Read(CapturedSession session, bool isAfter, ReplayResult result)
    {
        Dictionary<(string Transaction, MailPath Path), string> outcomes = [];
        HashSet<string> closed = new(StringComparer.Ordinal);
        foreach (CapturedStep step in session.Steps)
        {
            bool isClosed = step.Transaction is not null && closed.Contains(step.Transaction);
            switch (step.Kind)
            {
                case CapturedStepKind.Rcpt:
                    outcomes.TryAdd((step.Transaction!, step.Path!), "accepted");
                    break;
                case CapturedStepKind.Content when result != ReplayResult.Whole:
                    closed.Add(step.Transaction!);
                    break;
                case CapturedStepKind.Verdict when !isClosed:
                    Count(ReplayVerdict.Of(step), isAfter);
                    break;
                case CapturedStepKind.Refused when !isClosed && (step.Filter is not null || SessionReplay.Finds(step.Reason!)):
                    Refuse(outcomes, step);
                    break;
            }
        }

        return outcomes;
    }

    private static void Refuse(Dictionary<(string Transaction, MailPath Path), string> outcomes, CapturedStep refused)
    {
        if (refused.Transaction is null)
        {
            return;
        }

        if (refused.Path is { } path)
        {
            outcomes[(refused.Transaction, path)] = OutcomeOf(refused);
            return;
        }

        foreach ((string Transaction, MailPath Path) recipient in outcomes.Keys.Where(key => key.Transaction == refused.Transaction && outcomes[key] == "accepted").ToList())
        {
            outcomes[recipient] = OutcomeOf(refused);
        }
    }

    private void Count(ReplayVerdict verdict, bool isAfter)
    {
        (int before, int after) = _verdicts.GetValueOrDefault(verdict);
        _verdicts[verdict] = isAfter ? (before, after + 1) : (before + 1, after);
    }
}
