namespace EdgeSmtp.Abstractions;

/// <summary>What the driver must know of a type of filter. Everything has a default; most filters need none of it.</summary>
public sealed record FilterTraits
{
    /// <summary>Traits of a filter that declares nothing.</summary>
    public static FilterTraits Default { get; } = new();

    /// <summary>What it changes. Default: nothing.</summary>
    public FilterEffect Effect { get; init; }

    /// <summary>
    /// Whether it may replace the body, or the whole message. Of the filters that run on a message one may, so a second one in the order is refused at start, and the call of a filter that does not
    /// declare it fails. Needs <see cref="FilterEffect.Rewrites"/>, and <see cref="Groupable"/> to be <c>false</c>. Default: no.
    /// </summary>
    public bool ReplacesBody { get; init; }

    /// <summary>Whether mail may never pass unchecked by it, so that <c>OnError</c> and <c>OnTimeout</c> may not be <c>Continue</c>. Default: no.</summary>
    public bool Required { get; init; }

    /// <summary>Whether it says which recipients exist, for domains that leave that to filters (<see cref="Recipient.IsUnverified"/>). Such a domain needs one of them. Default: no.</summary>
    public bool DecidesRecipients { get; init; }

    /// <summary>Whether it runs even after a held Reject or Disconnect, because it observes. Default: no.</summary>
    public bool Always { get; init; }

    /// <summary>Whether it may run in a group. A filter that replaces content may not. Default: yes.</summary>
    public bool Groupable { get; init; } = true;

    /// <summary>Whether it takes part only in SMTP sessions. Default: no.</summary>
    public bool SmtpOnly { get; init; }

    /// <summary>Whether its verdicts leave postmaster alone by default; configuration key <c>ExemptPostmaster</c>. Default: no.</summary>
    public bool ExemptPostmaster { get; init; }

    /// <summary>Facts that skip it by default; configuration key <c>SkipWhen</c> replaces them. Default: none.</summary>
    public IReadOnlyList<FactKey> SkipWhen { get; init; } = [];

    /// <summary>Facts that it publishes. Checked at start.</summary>
    public IReadOnlyList<FactKey> Provides { get; init; } = [];

    /// <summary>Facts that it reads, published by a filter earlier in the order and outside its own group. Checked at start.</summary>
    public IReadOnlyList<FactKey> Requires { get; init; } = [];
}
