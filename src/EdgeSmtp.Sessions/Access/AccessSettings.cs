using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Sessions.Access;

/// <summary>What a rule settles for the sessions of its clients. What it says nothing about is as the listener has it.</summary>
public sealed record AccessSettings
{
    /// <summary>Those of a client that no rule is about.</summary>
    public static AccessSettings Default { get; } = new();

    /// <summary>Whether the connection is refused.</summary>
    public bool IsDenied { get; init; }

    /// <summary>Name of the filter profile; empty for the filters as they are.</summary>
    public string Profile { get; init; } = string.Empty;

    /// <summary>Whether the client may relay. Never counts for a proxy.</summary>
    public bool MayRelay { get; init; }

    /// <summary>Refuses every recipient but postmaster; <c>null</c> for none.</summary>
    public SmtpReply? Refusal { get; init; }

    /// <summary>What a bare LF does.</summary>
    public NewlineRule? BareLf { get; init; }

    /// <summary>What a bare CR does.</summary>
    public NewlineRule? BareCr { get; init; }

    /// <summary>What a NUL does.</summary>
    public NewlineRule? Nul { get; init; }

    /// <summary>Largest message in bytes.</summary>
    public long? MessageSizeMax { get; init; }

    /// <summary>Recipients of a transaction.</summary>
    public int? RecipientsMax { get; init; }

    /// <summary>STARTTLS.</summary>
    public StartTlsRule? StartTls { get; init; }

    /// <summary>Whether unknown recipients are refused for now only (450), as while mailboxes move.</summary>
    public bool DefersUnknownRecipients { get; init; }

    /// <summary>What the listener has, with what the rule says in its place. Clients that may relay are normalised unless the rule says otherwise (§8.7 of the design).</summary>
    /// <param name="listener">The policy of the listener.</param>
    /// <param name="mayRelay">Whether the client may relay.</param>
    internal NewlinePolicy Apply(in NewlinePolicy listener, bool mayRelay)
    {
        NewlinePolicy policy = mayRelay ? NewlinePolicy.NormalizeAll : listener;
        return new NewlinePolicy(BareLf ?? policy.BareLf, BareCr ?? policy.BareCr, Nul ?? policy.Nul);
    }
}
