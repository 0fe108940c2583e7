using System.ComponentModel.DataAnnotations;
using EdgeSmtp.Toolkit.Patterns;

namespace EdgeSmtp.Filters.RecipientCheck;

/// <summary>Options of <see cref="RecipientCheckFilter"/>.</summary>
public sealed record RecipientCheckFilterOptions : IValidatableObject
{
    /// <summary>
    /// Bad recipients, one line each as in qmail's <c>badrcptto</c>: <c>user@dom</c>, <c>@dom</c>, or a wildmat pattern (the last match wins, <c>!pattern</c> takes it back).
    /// They concern clients that may relay too. Default none.
    /// </summary>
    [MaxLength(100_000)]
    public IReadOnlyList<string> BadRcptTo { get; init; } = [];

    /// <summary>File with more of them, read after <see cref="BadRcptTo"/> and again when it changes. Default none.</summary>
    public string? BadRcptToPath { get; init; }

    /// <summary>How often that file is looked at. 1 s to 1 hour; default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ReloadInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Recipients of one message, for every client: qmail's MAXRECIPIENTS. RFC 5321 §4.5.3.1.8 wants 100 or more. 0 to 100,000; default 0, no limit but the listener's.</summary>
    [Range(0, 100_000)]
    public int RecipientsMax { get; init; }

    /// <summary>From which RCPT of a message on replies are held back, not to clients that may relay: qmail's TARPITCOUNT. 0 to 100,000; default 0, never.</summary>
    [Range(0, 100_000)]
    public int TarpitCount { get; init; }

    /// <summary>How long each of them is held back: qmail's TARPITDELAY. 0 to 4 minutes, since clients wait 5 (RFC 5321 §4.5.3.2.3); default 0.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:04:00")]
    public TimeSpan TarpitDelay { get; init; }

    /// <summary>
    /// Invalid recipients of a session after which every further RCPT is deferred, existing mailboxes included: qmail's TARPITCOUNT with TARPITDELAY=0. Not for clients that may
    /// relay. 0 to 100,000; default 0, no limit.
    /// </summary>
    [Range(0, 100_000)]
    public int InvalidRecipientsMax { get; init; }

    /// <summary>Whether a client over <see cref="InvalidRecipientsMax"/> is notorious: no message of it is taken in that session, and the attempt ends it: qmail's TARPITDELAY=999. Default no.</summary>
    public bool RefuseNotorious { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        List<string> errors = [];
        MailPathList.Parse(BadRcptTo, errors);
        foreach (string error in errors)
        {
            yield return new ValidationResult(error, [nameof(BadRcptTo)]);
        }

        if (TarpitCount > 0 && TarpitDelay == TimeSpan.Zero && InvalidRecipientsMax == 0)
        {
            yield return new ValidationResult($"is 0, so that {nameof(TarpitCount)} does nothing", [nameof(TarpitDelay)]);
        }

        if (RefuseNotorious && InvalidRecipientsMax == 0)
        {
            yield return new ValidationResult($"needs {nameof(InvalidRecipientsMax)}: without it nobody is notorious", [nameof(RefuseNotorious)]);
        }
    }
}
