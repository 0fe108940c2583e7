using System.Globalization;
using EdgeSmtp.Protocol.Smtp;
using ClientOutcome = EdgeSmtp.Client.Smtp.RecipientOutcome;

namespace EdgeSmtp.Delivery.Attempts;

/// <summary>The result of an attempt for one recipient, as reports and the log need it.</summary>
/// <param name="Kind">What it came to.</param>
/// <param name="Status">Enhanced status code (RFC 3463).</param>
/// <param name="Diagnostic">The reply of the next hop, or our own words.</param>
/// <param name="IsRemote">Whether the words are those of the next hop: then a report quotes them as SMTP reply (RFC 3464 §2.3.6).</param>
/// <param name="Code">Reply code.</param>
/// <param name="DsnPassedOn">Whether the next hop has taken over the duty to report.</param>
internal sealed record Disposition(DispositionKind Kind, string Status, string Diagnostic, bool IsRemote, int Code, bool DsnPassedOn = false)
{
    /// <summary>No attempt was made.</summary>
    public static Disposition Postponed { get; } = new(DispositionKind.Postponed, "4.3.2", "waiting for its turn", false, 451);

    public static Disposition Delivered(string text) => new(DispositionKind.Delivered, "2.0.0", text, false, 250);

    public static Disposition Temporary(string status, string text, int code = 451) => new(DispositionKind.Temporary, status, text, false, code);

    public static Disposition Permanent(string status, string text, int code = 550) => new(DispositionKind.Permanent, status, text, false, code);

    /// <summary>The same failure, to be tried again.</summary>
    public Disposition AsTemporary() => Kind == DispositionKind.Permanent ? this with { Kind = DispositionKind.Temporary } : this;

    /// <summary>The same failure, after the last attempt. Its status stays: it says more than X.4.7 (RFC 3463 §3.5).</summary>
    public Disposition AsExpired() => this with { Kind = DispositionKind.Permanent, Diagnostic = $"{Diagnostic} (the message has been in the queue too long)" };

    /// <summary>From a reply of the next hop.</summary>
    public static Disposition FromReply(ClientOutcome outcome, ServerReply reply, bool isLocal, bool dsnPassedOn)
    {
        DispositionKind kind = outcome switch
        {
            ClientOutcome.Accepted => DispositionKind.Delivered,
            ClientOutcome.Permanent => DispositionKind.Permanent,
            _ => DispositionKind.Temporary,
        };
        return new Disposition(kind, StatusOf(kind, reply), reply.ToString(), !isLocal, reply.Code, dsnPassedOn);
    }

    /// <summary>RFC 3463 §3.1: X.0.0 when the server gave none.</summary>
    private static string StatusOf(DispositionKind kind, ServerReply reply)
    {
        if (reply.EnhancedCode.Length > 0) return reply.EnhancedCode;
        int statusClass = kind switch { DispositionKind.Delivered => 2, DispositionKind.Permanent => 5, _ => 4 };
        return string.Create(CultureInfo.InvariantCulture, $"{statusClass}.0.0");
    }
}
