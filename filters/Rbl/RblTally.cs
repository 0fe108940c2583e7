using System.Globalization;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.Rbl;

/// <summary>Adds up what the lists say. A value: counting allocates nothing, only a refusal does.</summary>
internal struct RblTally
{
    private double _points;
    private double _missingPoints;
    private RblFinding _decisive;
    private RblSubject _decisiveSubject;
    private bool _hasDecisive;

    /// <summary>Whether an allow list vouches for the client, the sender or the HELO name.</summary>
    public bool Vouched { get; private set; }

    /// <summary>Whether one vouches for the client by what he cannot forge: his address, or his confirmed name.</summary>
    public bool VouchedForClient { get; private set; }

    /// <summary>Whether any block list has something.</summary>
    public bool AnyListed { get; private set; }

    /// <summary>Takes one finding into account.</summary>
    public void Count(RblSubject subject, in RblFinding finding)
    {
        RblZoneOptions options = finding.Zone.Options;
        if (options.Kind == RblKind.Allow)
        {
            // A failed allow list does not list.
            bool isListed = finding.Status == RblStatus.Listed;
            Vouched |= isListed;
            VouchedForClient |= isListed && (subject is RblSubject.Client or RblSubject.ClientName);
            return;
        }

        if (finding.Status == RblStatus.Listed)
        {
            AnyListed = true;
            _points += options.Weight;
            if (options.Weight > 0 && (!_hasDecisive || (_decisive.Zone.Options.Reply == RblReply.Defer && options.Reply == RblReply.Reject)))
            {
                _decisive = finding;
                _decisiveSubject = subject;
                _hasDecisive = true;
            }
        }
        else if (finding.Status == RblStatus.Failed)
        {
            _missingPoints += Math.Max(0, options.Weight);
        }
    }

    /// <summary>Whether the points reach the threshold.</summary>
    public readonly bool Refuses(double threshold) => _hasDecisive && _points >= threshold;

    /// <summary>Whether they could have, had every list answered.</summary>
    public readonly bool CouldRefuse(double threshold) => _missingPoints > 0 && _points + _missingPoints >= threshold;

    /// <summary>The refusal.</summary>
    public readonly Verdict Refusal()
    {
        FilterReason reason = RblReasons.For(_decisiveSubject, _decisive.Zone.Options.Reply);
        string detail = string.Create(CultureInfo.InvariantCulture, $"{_decisive.Zone.Name} {_decisive.Answer}, {_points:0.##} points");
        return Verdict.From(_decisive.Text is { } text ? reason with { Text = text } : reason, detail);
    }
}
