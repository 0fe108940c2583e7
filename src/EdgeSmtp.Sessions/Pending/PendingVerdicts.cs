using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Sessions.Mail;

namespace EdgeSmtp.Sessions.Pending;

/// <summary>
/// What verdicts after the 250 come to for each recipient. Discard, Quarantine, Reject and Disconnect are quarantine; Defer, and a filter that has not spoken, leave it open. What had
/// been decided before the message began to wait stays.
/// </summary>
internal sealed class PendingVerdicts
{
    private readonly VerdictNote?[] _notes;

    private PendingVerdicts(int recipients)
    {
        _notes = new VerdictNote?[recipients];
        Composed.Reset(recipients);
    }

    /// <summary>Continue, or Quarantine.</summary>
    public RecipientVerdicts Composed { get; } = new();

    /// <summary>Whether it should be asked again. If it is not, the rest is as the last try leaves it.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Whether somebody gets the message although a filter never spoke.</summary>
    public bool IsUnscanned { get; private set; }

    /// <summary>What a deferring filter said, for people.</summary>
    public string? Status { get; private set; }

    /// <summary>Why a recipient's copy goes to quarantine; <c>null</c> when it does not.</summary>
    /// <param name="recipient">Its position.</param>
    public VerdictNote? NoteOf(int recipient) => _notes[recipient];

    /// <summary>Judges.</summary>
    /// <param name="envelope">The envelope, with what was decided before.</param>
    /// <param name="verdicts">What the filters said now.</param>
    /// <param name="filters">Knows who decided.</param>
    /// <param name="isOpen">Whether a filter has not spoken at all.</param>
    /// <param name="onGiveUp">What a recipient gets about whom it stays open to the end.</param>
    public static PendingVerdicts Of(Envelope envelope, RecipientVerdicts verdicts, FilterRun filters, bool isOpen, GiveUpAction onGiveUp)
    {
        PendingVerdicts judged = new(verdicts.Count) { IsOpen = isOpen };
        for (int i = 0; i < verdicts.Count; i++)
        {
            Verdict verdict = verdicts[i];
            bool isDeferred = verdict.Kind == VerdictKind.Defer;
            if (isDeferred)
            {
                judged.IsOpen = true;
                judged.Status ??= verdict.ToString();
            }

            judged._notes[i] = verdict.Kind is VerdictKind.Continue or VerdictKind.Defer ? envelope.Recipients[i].Verdict : VerdictNotes.Of(verdict, filters.DeciderOf(i));
            if (judged._notes[i] is null && (isOpen || isDeferred))
            {
                judged.GiveUp(i, envelope, onGiveUp);
            }

            if (judged._notes[i] is not null)
            {
                judged.Composed.Set(i, Verdict.From(SessionReasons.LateVerdict));
            }
        }

        return judged;
    }

    private void GiveUp(int recipient, Envelope envelope, GiveUpAction onGiveUp)
    {
        if (onGiveUp == GiveUpAction.Quarantine)
        {
            _notes[recipient] = new VerdictNote(SessionReasons.NotScanned.Token, string.Join(' ', envelope.Owed), Status);
        }
        else
        {
            IsUnscanned = true;
        }
    }
}
