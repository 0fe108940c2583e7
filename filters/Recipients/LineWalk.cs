using EdgeSmtp.Filters.Recipients.Selectors;
using EdgeSmtp.Toolkit.Recipients;

namespace EdgeSmtp.Filters.Recipients;

/// <summary>
/// Goes through the lines for one recipient. Only lines that select its domain are asked, each for the exact address first and then for what it may be an extension of.
/// The first that knows it ends the walk; one that does not, or cannot tell, does not.
/// </summary>
internal struct LineWalk(SelectorLine[] lines, GuardedBackend?[] backends, string domain, string key, string? baseKey, string? qmailKey)
{
    private int _line = -1;
    private int _candidate = 2;
    private bool _selected;
    private bool _ended;
    private string? _failure;
    private RecipientFinding _finding;

    /// <summary>What is known when the walk has ended.</summary>
    public readonly RecipientFinding Finding => _finding.Kind == RecipientFindingKind.Unknown && _failure is not null
        ? new RecipientFinding(RecipientFindingKind.Failed, _failure)
        : _finding;

    /// <summary>The line of the last question.</summary>
    public readonly SelectorLine Line => lines[_line];

    /// <summary>The next question.</summary>
    /// <returns><c>false</c> when the walk has ended.</returns>
    public bool Next(out GuardedBackend backend, out string candidate)
    {
        while (!_ended)
        {
            if (_candidate < 2 && TryCandidate(++_candidate, out candidate))
            {
                backend = backends[_line]!;
                return true;
            }

            if (_candidate < 2)
            {
                continue;
            }

            NextLine();
            if (!_ended)
            {
                backend = backends[_line]!;
                candidate = key;
                return true;
            }
        }

        backend = null!;
        candidate = key;
        return false;
    }

    /// <summary>Takes the answer.</summary>
    public void Take(in RecipientAnswer answer)
    {
        if (answer.Kind == RecipientAnswerKind.Known)
        {
            End(RecipientFindingKind.Known);
        }
        else if (answer.Kind == RecipientAnswerKind.TemporaryFailure)
        {
            _failure ??= answer.Detail ?? "a backend cannot tell now";

            // Who cannot tell of the address can tell no more of its base.
            _candidate = 2;
        }
    }

    private readonly bool TryCandidate(int number, out string candidate)
    {
        candidate = (number == 1 ? baseKey : qmailKey) ?? string.Empty;
        return candidate.Length > 0;
    }

    private void NextLine()
    {
        while (++_line < lines.Length)
        {
            SelectorLine line = lines[_line];
            if (line.Kind == LineKind.PassUnlisted)
            {
                if (!_selected)
                {
                    End(RecipientFindingKind.Wild);
                    return;
                }
            }
            else if (line.Selector.Matches(domain))
            {
                _selected = true;
                if (line.Kind == LineKind.Wild)
                {
                    End(RecipientFindingKind.Wild);
                }

                _candidate = 0;
                return;
            }
        }

        _ended = true;
    }

    private void End(RecipientFindingKind kind)
    {
        _finding = new RecipientFinding(kind, lines[_line].Text);
        _ended = true;
    }
}
