namespace EdgeSmtp.Delivery.Mx;

/// <summary>Where mail for a domain goes.</summary>
/// <param name="Status">What the DNS says.</param>
/// <param name="Hosts">Hosts in the order to try; empty unless found.</param>
public sealed record MxAnswer(MxStatus Status, IReadOnlyList<MxHost> Hosts)
{
    /// <summary>Enhanced status code for a failure, and what to say; empty when found.</summary>
    public (string EnhancedCode, string Text) Failure => Status switch
    {
        MxStatus.TemporaryFailure => ("4.4.3", "the DNS has no answer now"),
        MxStatus.NoDomain => ("5.1.2", "the domain does not exist"),
        // RFC 7505 §4.1: 556 5.1.10, without an attempt.
        MxStatus.NullMx => ("5.1.10", "the domain takes no mail (null MX)"),
        MxStatus.NoAddress => ("5.4.4", "no mail host of the domain has a usable address"),
        MxStatus.Loop => ("5.4.6", "the best mail host of the domain is this one: the message would loop"),
        _ => (string.Empty, string.Empty),
    };

    internal static MxAnswer Of(MxStatus status) => new(status, []);
}
