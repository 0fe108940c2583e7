using System.Globalization;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Sessions.Mail;

namespace EdgeSmtp.Server.Admin;

/// <summary>Which messages of the quarantine are asked for. Everything that is said must be true.</summary>
internal sealed record QuarantineFilter
{
    /// <summary>At least so long in quarantine.</summary>
    public TimeSpan? OlderThan { get; init; }

    /// <summary>At most so long in quarantine.</summary>
    public TimeSpan? NewerThan { get; init; }

    /// <summary>The token of a reason; of mixed verdicts also that of the refusal.</summary>
    public string? Reason { get; init; }

    /// <summary>Part of the address of a recipient that does not have it yet, in any case.</summary>
    public string? Recipient { get; init; }

    /// <summary>The query of the request.</summary>
    public string ToQuery()
    {
        List<string> parts = [];
        Add(parts, "older", OlderThan?.ToString("c", CultureInfo.InvariantCulture));
        Add(parts, "newer", NewerThan?.ToString("c", CultureInfo.InvariantCulture));
        Add(parts, "reason", Reason);
        Add(parts, "recipient", Recipient);
        return parts.Count == 0 ? string.Empty : "?" + string.Join('&', parts);
    }

    /// <summary>Reads such a query.</summary>
    /// <param name="value">Gives the value of a name, or <c>null</c>.</param>
    /// <returns><c>null</c> when a time is no time.</returns>
    public static QuarantineFilter? Parse(Func<string, string?> value)
    {
        TimeSpan older = default;
        TimeSpan newer = default;
        return IsTime(value("older"), ref older) && IsTime(value("newer"), ref newer)
            ? new QuarantineFilter
            {
                OlderThan = value("older") is null ? null : older,
                NewerThan = value("newer") is null ? null : newer,
                Reason = value("reason"),
                Recipient = value("recipient"),
            }
            : null;
    }

    /// <summary>Whether the index alone says that a message is not asked for, so that it need not be read.</summary>
    /// <param name="summary">From the index.</param>
    /// <param name="now">The time.</param>
    public bool MayMatch(MessageSummary summary, DateTimeOffset now)
    {
        // In quarantine the time of the index is since when a message is there.
        TimeSpan age = now - summary.NextAttempt;
        return summary.Lane == MessageLane.Quarantine && (OlderThan is null || age >= OlderThan) && (NewerThan is null || age <= NewerThan);
    }

    /// <summary>Whether a message is asked for.</summary>
    /// <param name="message">One that <see cref="MayMatch"/>.</param>
    public bool Matches(QuarantinedMessage message)
    {
        if (Reason is null && Recipient is null)
        {
            return true;
        }

        return message.Envelope is { } envelope && envelope.Recipients.Any(recipient =>
            (Reason is null || (recipient.Verdict is { } note && VerdictNotes.Tells(note, Reason)))
            && (Recipient is null || recipient.ForwardPath.ToString().Contains(Recipient, StringComparison.OrdinalIgnoreCase)));
    }

    private static bool IsTime(string? text, ref TimeSpan time) => text is null || TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out time);

    private static void Add(List<string> parts, string name, string? value)
    {
        if (value is not null)
        {
            parts.Add($"{name}={Uri.EscapeDataString(value)}");
        }
    }
}
