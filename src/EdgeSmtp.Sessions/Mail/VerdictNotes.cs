using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>Makes of a verdict what is kept with a message in quarantine.</summary>
internal static class VerdictNotes
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
}
