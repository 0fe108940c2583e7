using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>Makes of a verdict what is kept with a message in quarantine, and finds it again.</summary>
public static class VerdictNotes
{
    private const int DetailLengthMax = 512;

    /// <summary>The note of a verdict.</summary>
    /// <param name="verdict">Not Continue.</param>
    /// <param name="filter">Name of the filter that gave it, or <c>null</c>.</param>
    public static VerdictNote Of(Verdict verdict, string? filter)
    {
        string? detail = verdict.Detail;
        return new VerdictNote(verdict.Reason!.Token, filter, detail is { Length: > DetailLengthMax } ? detail[..DetailLengthMax] : detail);
    }

    /// <summary>The verdict on a recipient that refuses what another one accepts: what it refused with begins the detail.</summary>
    /// <param name="refusal">Defer or above.</param>
    public static Verdict Mixed(Verdict refusal) => Verdict.From(SessionReasons.MixedVerdicts, refusal.ToString());

    /// <summary>Whether a note tells of a reason: it is the reason, or what a recipient with <see cref="Mixed"/> verdicts refused with.</summary>
    /// <param name="note">The note.</param>
    /// <param name="token">Token of the reason, in any case.</param>
    public static bool Tells(VerdictNote note, string token)
    {
        ArgumentNullException.ThrowIfNull(note);
        return Is(note.Reason, token) || (note.Reason == SessionReasons.MixedVerdicts.Token && note.Detail?.Split(' ', 3) is [_, var refused, ..] && Is(refused, token));
    }

    private static bool Is(string reason, string token) => string.Equals(reason, token, StringComparison.OrdinalIgnoreCase);
}
